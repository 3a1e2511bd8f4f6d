/* source.h: the program's text, its tokens, and how a mistake in it is reported. */
#ifndef POCKET_SOURCE_H
#define POCKET_SOURCE_H

#include <stddef.h>
#include <stdint.h>

struct source { const char *file, *text; };
extern struct source source;

void source_read(const char *file);             /* exits with 1 if it cannot */
const char *source_line(int line, int *length); /* without the indentation */

/* Names file, line and reason as python3 does, and exits with 1. */
_Noreturn void syntax_error(int line, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void unsupported(int line, const char *construct);

enum token_kind { END, NEWLINE, INDENT, DEDENT, NAME, INTEGER, REAL, STRING, FSTRING, OPERATOR };
struct token {
    enum token_kind kind;
    int line;
    const char *text; /* interned: names, operators; the content of strings, an f-string's with its escapes */
    size_t bytes;
    int64_t integer;
    double real;
};

/* All tokens, END last. `nested`: the inside of an f-string's braces, one line without indentation. */
struct token *tokens_of(const char *text, int line, int nested);
size_t put_utf8(char *out, unsigned long character); /* how many bytes, at most 4 */
const char *unescape(const char *text, size_t bytes, int line, size_t *length);

#endif
