"""As much Markdown as the READMEs of papers/ use: headings, paragraphs, lists, tables, code, emphasis, links."""
import html
import re


def spans(text):
    pieces = re.split(r'(`[^`]+`)', text)
    for i, piece in enumerate(pieces):
        if piece.startswith('`') and len(piece) > 1:
            pieces[i] = f'<code>{html.escape(piece[1:-1])}</code>'
            continue
        piece = html.escape(piece, quote=False)
        piece = re.sub(r'\*\*([^*]+)\*\*', r'<b>\1</b>', piece)
        piece = re.sub(r'\*([^*]+)\*', r'<i>\1</i>', piece)
        pieces[i] = re.sub(r'\[([^]]+)\]\((https?:[^)]+)\)', r'<a href="\2">\1</a>', piece)
    return ''.join(pieces)


def table(lines):
    rows = [[spans(cell.strip()) for cell in line.strip().strip('|').split('|')] for line in lines]
    body = ''.join('<tr>' + ''.join(f'<td>{c}</td>' for c in row) + '</tr>\n' for row in rows[2:])
    return '<table>\n<tr>' + ''.join(f'<th>{c}</th>' for c in rows[0]) + f'</tr>\n{body}</table>\n'


def items(lines):
    joined = re.sub(r'\n\s+', ' ', '\n'.join(lines))
    return '<ul>\n' + ''.join(f'<li>{spans(line[2:])}</li>\n' for line in joined.split('\n')) + '</ul>\n'


def block(text):
    lines = text.split('\n')
    heading = re.match(r'(#+) (.*)', lines[0])
    if heading:
        level = min(len(heading[1]) + 1, 6)
        rest = '\n'.join(lines[1:]).strip()
        return f'<h{level}>{spans(heading[2])}</h{level}>\n' + (block(rest) if rest else '')
    if lines[0].startswith('```'):
        return '<pre>' + html.escape('\n'.join(lines[1:-1])) + '</pre>\n'
    if lines[0].startswith('|'):
        return table(lines)
    if lines[0].startswith(('- ', '* ')):
        return items(lines)
    return f'<p>{spans(" ".join(lines))}</p>\n'


def to_html(text, skip_title=False):
    blocks = [b for b in re.split(r'\n\s*\n', text.strip()) if b.strip()]
    if skip_title and blocks and blocks[0].startswith('# '):
        blocks = blocks[1:]
    return ''.join(block(b) for b in blocks)
