"""Writes report.html: one file, no scripts, nothing fetched."""
import html
import re

import markdown

STYLE = '''
body { font: 15px/1.5 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; color: #1a1a1a; background: white;
  max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { margin-top: 2.6rem; border-bottom: 1px solid #bbb; padding-bottom: .2rem; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .32rem .6rem; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; } code { font-size: .92em; background: #f3f3f3; padding: 0 .2em; }
td.verdict { font-weight: bold; white-space: nowrap; } tr.PASS td.verdict { color: #00654a; }
tr.FAIL td.verdict { color: #a33a00; } tr.FAIL { background: #fdf3ee; } tr.CANNOT-SHOW td.verdict { color: #555; }
.why { font-weight: normal; white-space: normal; color: #555; display: block; }
table.machine th { width: 16rem; font-weight: normal; color: #555; border-bottom: 1px solid #ddd; }
th.number, td.number { text-align: right; white-space: nowrap; } table.overview { width: auto; }
table.curves { width: auto; display: inline-table; vertical-align: top; margin-right: 2.5rem; }
caption { text-align: left; max-width: 24rem; color: #444; padding: .3rem .6rem; } table.claims td { width: 20%; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; } figure svg { width: 100%; height: auto; } figcaption { color: #444; font-size: .9rem; }
.note { color: #444; } @media print { body { margin: 0; max-width: none; font-size: 10.5px; } figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } a { color: inherit; text-decoration: none; } }
'''
MARK = {'PASS': '✔ PASS', 'FAIL': '✘ FAIL', 'CANNOT-SHOW': '– CANNOT-SHOW'}


def escape(text):
    return html.escape(str(text))


def flat(value):
    if isinstance(value, dict):
        return '; '.join(f'{key}: {flat(v)}' for key, v in value.items())
    if isinstance(value, list):
        return ', '.join(map(str, value)) or 'none'
    return str(value)


def machine_table(machine):
    rows = ''.join(f'<tr><th>{escape(key)}</th><td>{escape(flat(value))}</td></tr>\n' for key, value in machine.items())
    return f'<table class="machine">\n{rows}</table>\n'


def claims_table(rows):
    head = '<tr><th>claim<th>published<th>criterion<th>measured: median [least .. most]<th>verdict</tr>\n'
    body = ''
    for row in rows:
        why = f'<span class="why">{escape(row["why"])}</span>' if row['why'] else ''
        cells = f'<td>{markdown.spans(row["claim"])}</td>'
        cells += ''.join(f'<td>{escape(row[key])}</td>' for key in ('published', 'criterion', 'measured'))
        body += f'<tr class="{row["verdict"]}">{cells}<td class="verdict">{MARK[row["verdict"]]}{why}</td></tr>\n'
    return f'<table class="claims">\n{head}{body}</table>\n'


def inline(path, caption):
    """The SVG's text, its ids made this file's own."""
    svg = path.read_text()
    svg = svg[svg.index('<svg'):]
    prefix = f'{path.parent.name}-{path.stem}-'
    svg = re.sub(r'<metadata>.*?</metadata>', '', svg, flags=re.S)
    svg = re.sub(r'\bid="', f'id="{prefix}', svg)
    svg = re.sub(r'href="#', f'href="#{prefix}', svg)
    svg = re.sub(r'url\(#', f'url(#{prefix}', svg)
    svg = svg.replace('<svg ', f'<svg role="img" aria-label="{escape(caption)}" ', 1)
    return f'<figure>\n{svg}<figcaption>{escape(caption)}</figcaption></figure>\n'


LABELS = {
    'V': '[V]: read at the named source', 'computed': '[computed]: averaged from the authors\' raw data',
    'plot': '[plot]: read off an image, about ±5 %',
    'ours': '[ours]: a rough measurement of the authors\' programs on a shared machine, good for direction only',
    'cited': '[cited]: as another text has it; not read at the source',
}


def curve_tables(figure):
    """Rows of expected.csv that are points of curves, one table per set of curves."""
    sets = {}
    for key, row in figure.expected.items():
        if key.count('/') == 2:
            prefix, series, x = key.split('/')
            sets.setdefault((prefix, row['unit'], row['label'], row['source']), {}).setdefault(series, {})[x] = row['value']
    text = ''
    for (prefix, unit, label, source), curves in sets.items():
        places = sorted({x for points in curves.values() for x in points}, key=float)
        head = ''.join(f'<th class="number">{escape(x)}</th>' for x in places)
        text += f'<table class="curves">\n<caption>{escape(prefix)}, {escape(unit)} [{label}] {escape(source)}</caption>\n'
        text += f'<tr><th></th>{head}</tr>\n'
        for series, points in curves.items():
            cells = ''.join(f'<td class="number">{escape(points.get(x, ""))}</td>' for x in places)
            text += f'<tr><td>{escape(series)}</td>{cells}</tr>\n'
        text += '</table>\n'
    return text


def expected_table(figure):
    if not figure.expected:
        return ''
    single = [row for key, row in figure.expected.items() if key.count('/') != 2]
    rows = ''.join(f"<tr><td>{escape(r['what'])}</td><td>{escape(r['value'])} {escape(r['unit'])}</td>"
                   f"<td>[{escape(r['label'])}] {escape(r['source'])}</td></tr>\n" for r in single)
    labels = '; '.join(LABELS[label] for label in dict.fromkeys(row['label'] for row in figure.expected.values()))
    return (f'<h3>Published</h3>\n' + (f'<table>\n{rows}</table>\n' if rows else '') + curve_tables(figure) +
            f'<p class="note">{labels}.</p>\n')


def section(figure, state, plots, trials):
    parts = [f'<h2 id="{figure.key}">{escape(figure.title)}</h2>\n']
    if trials is None:
        return parts[0] + f'<p><b>Not drawn:</b> {escape(state)}.</p>\n'
    stolen, all_rows = trials.flagged(), len(trials.rows)
    parts.append(f'<p class="note">{escape(state)}. Raw data: <code>{figure.key}/*.csv</code>, {all_rows} rows; in '
                 f'{stolen} of them processor time was taken away by something else (flag <code>stolen</code>). Those are '
                 'left out of a median unless they are most of its trials; then the point is drawn hollow.</p>\n')
    parts += [inline(path, caption) for path, caption in plots]
    parts.append(expected_table(figure))
    parts.append(markdown.to_html((figure.folder / 'README.md').read_text(), skip_title=True))
    return ''.join(parts)


def overview(results):
    """How many claims of each figure ended how."""
    body = ''
    for figure, state, _, trials, rows in results:
        counts = ''.join(f'<td class="number">{sum(r["verdict"] == v for r in rows) or ""}</td>' for v in MARK)
        body += (f'<tr><td><a href="#{figure.key}">{escape(figure.title)}</a>{"" if trials else " (" + escape(state) + ")"}</td>'
                 f'{counts}</tr>\n')
    head = ''.join(f'<th class="number">{mark}</th>' for mark in MARK.values())
    return f'<table class="overview">\n<tr><th>figure</th>{head}</tr>\n{body}</table>\n'


def write(path, machine, results, notes):
    """results: a list of (figure, state, plots, trials or None, rows of the claims table)."""
    rows = [row for *_, judged in results for row in judged]
    counts = ', '.join(f'{sum(r["verdict"] == v for r in rows)} {v}' for v in MARK)
    parts = ['<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>lifetime: measured</title>\n',
             f'<style>{STYLE}</style></head><body>\n<h1>lifetime: measured on this machine</h1>\n',
             f'<p class="note">{escape(machine["cpu"])}, {machine["topology"]["cores"]} cores; {escape(machine["date"])}; '
             f'{escape(notes)}. Claims: {counts}.</p>\n', overview(results), '<h2>Machine</h2>\n', machine_table(machine),
             '<h2>Claims</h2>\n']
    for figure, _, _, _, judged in results:
        parts.append(f'<h3><a href="#{figure.key}">{escape(figure.title)}</a></h3>\n{claims_table(judged)}')
    parts.append('<p class="note">The criteria were written before the run. A ratio is taken per trial, of cells measured '
                 'one after the other; the verdict is about its median. Where nothing is published the criterion is a target of this '
                 'project. CANNOT-SHOW: this machine, or this run, cannot tell.</p>\n')
    parts += [section(figure, state, plots, trials) for figure, state, plots, trials, _ in results]
    parts.append('</body></html>\n')
    path.write_text(''.join(parts))
