/* leaks.c: the checked build's report at exit: what still has references, by type and by where it was made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain.h"

struct group {
    const lt_type *type;
    const struct lt_domain *domain;
    struct lt_trail made; /* of the first */
    uint64_t objects, bytes, owned, slots, tokens;
};

struct report {
    struct group *groups; /* NULL when memory has run out: then only the sum is known */
    size_t length, room;
    uint64_t objects, bytes;
};

static struct group *group_of(struct report *all, const struct lt_shadow *s)
{
    for (size_t i = 0; i < all->length; i++) {
        struct group *g = &all->groups[i];
        if (g->type == s->type && g->domain == s->domain && g->made.place == s->made.place) return g;
    }
    if (all->length == all->room) {
        size_t room = all->room ? 2 * all->room : 16;
        struct group *more = realloc(all->groups, room * sizeof *more);
        if (!more) return NULL;
        all->groups = more;
        all->room = room;
    }
    struct group *g = &all->groups[all->length++];
    *g = (struct group){.type = s->type, .domain = s->domain, .made = s->made};
    return g;
}

static void see(const struct lt_shadow *s, void *context)
{
    if (LT_FAULT("lib/leak-unseen", "the report at exit looks at no account")) return;
    bool token = s->life == LT_TOKEN;
    if (!token && (s->life != LT_LIVES || s->immortal || s->owned + s->slots <= 0)) return; /* will die, need not, or did */
    struct report *all = context;
    all->objects++;
    all->bytes += s->bytes;
    struct group *g = group_of(all, s);
    if (!g) return;
    g->objects++;
    g->bytes += s->bytes;
    g->owned += (uint64_t)s->owned;
    g->slots += (uint64_t)s->slots;
    g->tokens += token;
}

static int most_bytes_first(const void *one, const void *other)
{
    const struct group *a = one, *b = other;
    return a->bytes < b->bytes ? 1 : a->bytes > b->bytes ? -1 : 0;
}

void lt_report_leaks(void)
{
    struct report all = {0};
    if (getenv("LIFETIME_NO_LEAK_REPORT")) return;
    lt_shadow_each(see, &all);
    if (!all.objects) return;
    fprintf(stderr, "lifetime: %llu objects are alive at exit, %llu bytes:\n", (unsigned long long)all.objects,
            (unsigned long long)all.bytes);
    if (all.length) qsort(all.groups, all.length, sizeof *all.groups, most_bytes_first);
    for (size_t i = 0; i < all.length; i++) {
        const struct group *g = &all.groups[i];
        char name[256];
        lt_trail_name(name, sizeof name, &g->made);
        fprintf(stderr, "  %llu of type %s, %llu bytes, strategy %s; made by %s; kept by %llu owned references and %llu slots",
                (unsigned long long)g->objects, g->type->name, (unsigned long long)g->bytes, g->domain->name, name,
                (unsigned long long)g->owned, (unsigned long long)g->slots);
        if (g->tokens) fprintf(stderr, "; %llu dead, kept by reuse tokens", (unsigned long long)g->tokens);
        fputc('\n', stderr);
    }
    free(all.groups);
}
