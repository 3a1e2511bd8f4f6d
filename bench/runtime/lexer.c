/* lexer.c: from text to tokens. Indentation becomes INDENT and DEDENT; inside brackets lines do not end. */
#include "source.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

struct source source;

/* How many bytes the UTF-8 character at `s` has; 0: it is none. The text ends with a zero. */
static size_t utf8(const unsigned char *s)
{
    size_t n = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    bool longer = (*s == 0xe0 && s[1] < 0xa0) || (*s == 0xf0 && s[1] < 0x90); /* than it need be */
    bool outside = (*s == 0xed && s[1] > 0x9f) || (*s == 0xf4 && s[1] > 0x8f);
    return longer || outside ? 0 : n;
}

static void check_bytes(size_t bytes)
{
    int line = 1;
    for (size_t i = 0, n; i < bytes; i += n) {
        const unsigned char *s = (const unsigned char *)source.text + i;
        if (!*s) syntax_error(line, "source code cannot contain null bytes");
        if (!(n = utf8(s))) syntax_error(line, "the byte '\\x%02x' here is not UTF-8", *s);
        line += *s == '\n';
    }
}

void source_read(const char *file)
{
    FILE *f = fopen(file, "rb");
    size_t bytes = 0, room = 1 << 16;
    char *text = f ? malloc(room) : NULL;
    while (text) {
        size_t n = fread(text + bytes, 1, room - bytes - 1, f);
        bytes += n;
        if (n == 0) break;
        if (bytes + 1 == room) text = realloc(text, room *= 2);
    }
    if (!text || ferror(f)) {
        fprintf(stderr, "pocket: can't open file '%s': %s\n", file, strerror(errno));
        exit(1);
    }
    fclose(f);
    source.file = file;
    source.text = intern(text, bytes);
    free(text);
    check_bytes(bytes);
}

const char *source_line(int line, int *length)
{
    const char *s = source.text;
    while (line-- > 1 && (s = strchr(s, '\n'))) s++;
    if (!s) s = "";
    s += strspn(s, " \t");
    *length = (int)strcspn(s, "\r\n");
    return s;
}

void syntax_error(int line, const char *format, ...)
{
    int length;
    const char *text = source_line(line, &length);
    fprintf(stderr, "  File \"%s\", line %d\n    %.*s\nSyntaxError: ", source.file, line, length, text);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void unsupported(int line, const char *construct) { syntax_error(line, "%s is not supported by pocket", construct); }

struct lexer {
    const char *at;
    int line, brackets, nested;
    int indents[100], narrow[100], depth; /* the columns, with tabs of 8, and of 1 */
    struct token *tokens;
    size_t count;
};

static struct token *add(struct lexer *l, enum token_kind kind)
{
    l->tokens = grown(l->tokens, l->count, sizeof *l->tokens);
    struct token *t = &l->tokens[l->count++];
    *t = (struct token){.kind = kind, .line = l->line};
    return t;
}

static const char mixed_tabs[] = "inconsistent use of tabs and spaces in indentation";

/* At the beginning of a line: how far it is indented, and what that means. Blank lines mean nothing. */
static void indentation(struct lexer *l)
{
    for (;;) {
        int column = 0, narrow = 0;
        for (; *l->at == ' ' || *l->at == '\t'; l->at++, narrow++)
            column = *l->at == '\t' ? column / 8 * 8 + 8 : column + 1;
        if (*l->at == '#') l->at += strcspn(l->at, "\n");
        if (*l->at == '\r') l->at++;
        if (*l->at == '\n') {
            l->at++;
            l->line++;
            continue;
        }
        if (!*l->at) column = narrow = 0;
        if (column > l->indents[l->depth]) {
            if (l->depth + 1 == (int)(sizeof l->indents / sizeof *l->indents)) syntax_error(l->line,
                "too many levels of indentation");
            if (narrow <= l->narrow[l->depth]) syntax_error(l->line, mixed_tabs);
            l->indents[++l->depth] = column;
            l->narrow[l->depth] = narrow;
            add(l, INDENT);
        }
        for (; column < l->indents[l->depth]; l->depth--) add(l, DEDENT);
        if (column != l->indents[l->depth])
            syntax_error(l->line, "unindent does not match any outer indentation level");
        if (narrow != l->narrow[l->depth]) syntax_error(l->line, mixed_tabs);
        return;
    }
}

size_t put_utf8(char *out, unsigned long c)
{
    if (c < 0x80) return out[0] = (char)c, 1;
    if (c < 0x800) return out[0] = (char)(0xc0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
    if (c < 0x10000)
        return out[0] = (char)(0xe0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 63)), out[2] = (char)(0x80 | (c & 63)),
            3;
    out[0] = (char)(0xf0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 63));
    return out[2] = (char)(0x80 | (c >> 6 & 63)), out[3] = (char)(0x80 | (c & 63)), 4;
}

const char *unescape(const char *text, size_t bytes, int line, size_t *length)
{
    char *out = arena(bytes + 1), *o = out;
    for (const char *s = text, *end = text + bytes; s < end; s++) {
        if (*s != '\\') {
            *o++ = *s;
            continue;
        }
        static const char letters[] = "n\nt\tr\ra\ab\bf\fv\v\\\\''\"\"0";
        const char *letter = memchr(letters, *++s, sizeof letters);
        int digits = *s == 'x' ? 2 : *s == 'u' ? 4 : *s == 'U' ? 8 : 0;
        if (*s == '\n') continue;
        if (digits) {
            char hex[9] = {0};
            if (end - s > digits) memcpy(hex, s + 1, (size_t)digits);
            if (strspn(hex, "0123456789abcdefABCDEF") != (size_t)digits)
                syntax_error(line, "truncated \\%c escape", *s);
            unsigned long c = strtoul(hex, NULL, 16);
            if (c > 0x10ffff) syntax_error(line, "\\U%s is no character", hex);
            if (c >= 0xd800 && c < 0xe000) unsupported(line, "a surrogate in a string");
            o += put_utf8(o, c);
            s += digits;
        } else if (*s == 'N' || (*s >= '0' && *s <= '7' && s + 1 < end && isdigit((unsigned char)s[1]))) {
            unsupported(line, "an octal or named character escape");
        } else if (letter && (letter - letters) % 2 == 0) {
            *o++ = letter[1];
        } else {
            *o++ = '\\';
            *o++ = *s;
        }
    }
    *length = (size_t)(o - out);
    return out;
}

static void string(struct lexer *l, bool raw, bool format)
{
    char quote = *l->at;
    int first = l->line;
    size_t width = !strncmp(l->at, (char[]){quote, quote, quote, 0}, 3) ? 3 : 1;
    const char *begin = l->at += width;
    for (;; l->at++) {
        if (!*l->at || (*l->at == '\n' && width == 1)) syntax_error(first,
            "unterminated string literal (detected at line %d)", l->line);
        if (*l->at == '\n') l->line++;
        if (*l->at == '\\' && l->at[1]) {
            if (*++l->at == '\n') l->line++;
        } else if (*l->at == quote && (width == 1 || (l->at[1] == quote && l->at[2] == quote))) {
            break;
        }
    }
    size_t bytes = (size_t)(l->at - begin);
    l->at += width;
    struct token *t = add(l, format ? FSTRING : STRING);
    t->line = first;
    t->bytes = bytes;
    t->text = raw || format ? intern(begin, bytes) : unescape(begin, bytes, first, &t->bytes);
    if (raw && format) unsupported(first, "a raw f-string");
}

static void number(struct lexer *l)
{
    char digits[400];
    size_t n = 0;
    bool real = false, prefixed = *l->at == '0' && strchr("xXbBoO", l->at[1]) && l->at[1];
    int base = !prefixed ? 10 : tolower(l->at[1]) == 'x' ? 16 : tolower(l->at[1]) == 'b' ? 2 : 8;
    if (prefixed) l->at += 2;
    for (; isalnum((unsigned char)*l->at) || *l->at == '_' || *l->at == '.' ||
           ((*l->at == '-' || *l->at == '+') && !prefixed && tolower(l->at[-1]) == 'e');
         l->at++) {
        if (*l->at == '_') continue;
        if (!prefixed && (*l->at == '.' || tolower(*l->at) == 'e')) real = true;
        digits[n++] = *l->at;
        if (n == sizeof digits) syntax_error(l->line, "number too long");
    }
    digits[n] = 0;
    struct token *t = add(l, real ? REAL : INTEGER);
    char *end;
    errno = 0;
    if (real) t->real = strtod(digits, &end);
    else t->integer = strtoll(digits, &end, base);
    if (!real && errno) unsupported(l->line, "an int of more than 64 bits");
    if (*end == 'j') unsupported(l->line, "a complex number");
    if (*end || !n || (!real && !prefixed && *digits == '0' && t->integer)) syntax_error(l->line,
        "invalid decimal literal");
}

static void operator(struct lexer *l)
{
    static const char *const all[] = {
        "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=", "-=", "*=", "/=",
            "%=", "&=",
        "|=", "^=", "@=", ":=", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[", "]", "{",
            "}", ",", ":",
        ".", ";", "=",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t bytes = strlen(all[i]);
        if (strncmp(l->at, all[i], bytes)) continue;
        if (strchr("([{", *l->at)) l->brackets++;
        if (strchr(")]}", *l->at)) l->brackets--;
        if (l->brackets < 0) syntax_error(l->line, "unmatched '%c'", *l->at);
        add(l, OPERATOR)->text = name_of(all[i]);
        l->at += bytes;
        return;
    }
    syntax_error(l->line, "invalid character '%c'", *l->at);
}

static void name(struct lexer *l)
{
    const char *begin = l->at;
    while (isalnum((unsigned char)*l->at) || *l->at == '_' || (unsigned char)*l->at >= 0x80) l->at++;
    size_t bytes = (size_t)(l->at - begin);
    if ((*l->at == '"' || *l->at == '\'') && bytes <= 2) {
        bool raw = memchr(begin, 'r', bytes) || memchr(begin, 'R', bytes);
        bool format = memchr(begin, 'f', bytes) || memchr(begin, 'F', bytes);
        if (bytes != (size_t)raw + format) unsupported(l->line, "this kind of string literal");
        string(l, raw, format);
        return;
    }
    add(l, NAME)->text = intern(begin, bytes);
}

struct token *tokens_of(const char *text, int line, int nested)
{
    struct lexer l = {.at = text, .line = line, .nested = nested, .brackets = nested};
    if (!nested) indentation(&l);
    while (*l.at) {
        if (*l.at == '\n') {
            l.at++;
            if (!l.brackets) add(&l, NEWLINE);
            l.line++;
            if (!l.brackets) indentation(&l);
        } else if (strchr(" \t\r\f", *l.at)) {
            l.at++;
        } else if (*l.at == '\\' && l.at[1] == '\n') {
            l.at += 2;
            l.line++;
        } else if (*l.at == '#') {
            l.at += strcspn(l.at, "\n");
        } else if (*l.at == '"' || *l.at == '\'') {
            string(&l, false, false);
        } else if (isdigit((unsigned char)*l.at) || (*l.at == '.' && isdigit((unsigned char)l.at[1]))) {
            number(&l);
        } else if (isalpha((unsigned char)*l.at) || *l.at == '_' || (unsigned char)*l.at >= 0x80) {
            name(&l);
        } else {
            operator(&l);
        }
    }
    if (!nested && l.brackets) syntax_error(l.line, "a bracket was never closed");
    if (!nested && l.count && l.tokens[l.count - 1].kind != NEWLINE) add(&l, NEWLINE);
    while (l.depth-- > 0) add(&l, DEDENT);
    add(&l, END);
    return l.tokens;
}
