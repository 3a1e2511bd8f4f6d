/* objects.h: the operations on values, by file. What returns a value returns an owned one, or NULL after throw_error;
 * what returns a bool, false after it. Arguments are the caller's; of what reads (binary, compare, unary, item, attribute) they
 * may be borrows (code.h), so it takes references to them by keep_borrowed, and neither locks nor passes a safepoint. */
#ifndef POCKET_OBJECTS_H
#define POCKET_OBJECTS_H

#include "value.h"

/* objects.c */
void objects_begin(struct vm *);
value *must(value *);                    /* for the compiler: out of memory ends the program */
struct tuple *new_tuple(struct vm *, unsigned length); /* its items are the caller's to fill, before anything else */
value *new_range(struct vm *, int64_t start, int64_t stop, int64_t step);
value *new_slice(struct vm *, value *start, value *stop);
value *new_cell(struct vm *, value *owned);
value *new_native(struct vm *, const char *name, native_fn);
value *new_method(struct vm *, value *self, value *callee);
value *new_module(struct vm *, const char *name, struct member *, unsigned count);
uint32_t new_id(void);
void place_store(struct vm *, struct place *, value *owned); /* NULL: nothing */
static inline value *place_load(struct place *p)             /* NULL without an exception: nothing */
{
    value *fixed = atomic_load_explicit(&p->fixed, memory_order_acquire); /* with place_store: what it is, is written */
    return fixed ? fixed : lt_slot_load(&p->slot);
}
const char *type_name(const value *);
int64_t range_length(const struct range *);

/* string.c */
value *new_string(struct vm *, const char *text, size_t bytes);
struct string *symbol(const char *name); /* fixed; equal names are one object */
value *string_item(struct vm *, const struct string *, int64_t index);
value *string_slice(struct vm *, const struct string *, int64_t start, int64_t stop);
value *string_concat(struct vm *, const struct string *, const struct string *);
value *string_repeat(struct vm *, const struct string *, int64_t times);
size_t string_offset(const struct string *, int64_t index); /* in bytes, of a character */
extern struct builtin string_methods[];

/* list.c; an element is borrowed only within what borrows allow */
value *new_list(struct vm *, size_t capacity);
bool list_append(struct vm *, struct list *, value *owned);
bool list_extend(struct vm *, struct list *, value *iterable);
bool list_set(struct vm *, struct list *, int64_t index, value *owned);
bool list_delete(struct vm *, struct list *, int64_t index);
value *list_slice(struct vm *, struct list *, int64_t start, int64_t stop);
value *list_repeat(struct vm *, struct list *, int64_t times);
value *list_concat(struct vm *, struct list *, struct list *);
value *list_of(struct vm *, value *iterable); /* a new list */
value *tuple_of(struct vm *, value *iterable);
value *tuple_repeat(struct vm *, const struct tuple *, int64_t times);
value *tuple_concat(struct vm *, const struct tuple *, const struct tuple *);
value *tuple_slice(struct vm *, const struct tuple *, int64_t start, int64_t stop);
extern struct builtin list_methods[], tuple_methods[];

static inline struct array *list_array(const struct list *l)
{
    /* with list.c's store of a new array, which is filled */
    return atomic_load_explicit(&l->array, memory_order_acquire);
}
static inline size_t list_length(const struct list *l)
{
    /* with the append that filled the slot */
    return atomic_load_explicit(&list_array(l)->length, memory_order_acquire);
}
static inline lt_slot *list_slot(const struct list *l, int64_t index) /* NULL: there is none */
{
    struct array *array = list_array(l);
    size_t length = atomic_load_explicit(&array->length, memory_order_acquire);
    if (index < 0) index += (int64_t)length;
    return (uint64_t)index < length ? &array->slots[index] : NULL;
}

/* dict.c */
value *new_dict(struct vm *);
bool dict_set(struct vm *, struct dict *, value *key, value *owned);
lt_slot *dict_slot(struct vm *, const struct dict *, const value *key); /* NULL: no such key, or thrown */
value *dict_pop(struct vm *, struct dict *, value *key); /* NULL without an exception: no such key */
value *dict_next(const struct dict *, uint32_t *position, value **key); /* owned, both; NULL: the end */
extern struct builtin dict_methods[];

/* class.c */
extern struct string *class_init; /* "__init__" */
value *new_class(struct vm *, const char *name, struct class *base, struct string **fields, unsigned field_count,
    struct string **attrs, value **values, unsigned attr_count); /* takes over the values */
value *new_instance(struct vm *, struct class *);
bool is_subclass(const struct class *, const struct class *);
/* of_class: a function there is a method */
struct found { lt_slot *slot; struct place *place; value *native; bool of_class; };
value *found_value(struct found);                            /* owned, or NULL */
struct found find_attribute(struct vm *, value *object, const struct string *name, _Atomic uint64_t *cache);
bool attribute_set(struct vm *, value *object, struct string *name, value *owned, _Atomic uint64_t *cache);
value *attribute(struct vm *, value *object, struct string *name, _Atomic uint64_t *cache);
struct place *class_attribute(struct class *, const struct string *name);

/* arithmetic.c */
value *binary(struct vm *, int operation, value *, value *);
int compare(struct vm *, int comparison, value *, value *); /* 1, 0, or -1 after throw_error */
value *unary(struct vm *, int operation, value *);
bool truth(const value *);
bool hash(struct vm *, const value *, uint64_t *);
bool equal_keys(const value *, const value *);
bool to_float(struct vm *, const value *, double *);
bool to_int(struct vm *, const value *, int64_t *);

/* container.c */
value *item(struct vm *, value *container, value *key);
bool set_item(struct vm *, value *container, value *key, value *owned);
bool delete_item(struct vm *, value *container, value *key);
int contains(struct vm *, value *container, value *);
int64_t length_of(struct vm *, const value *); /* -1 after throw_error */
value *new_iterator(struct vm *, value *);
value *next_of(struct vm *, value *iterator); /* NULL without an exception: the end */
bool unpack(struct vm *, value *, value **places, unsigned count); /* owned into empty places */

/* format.c */
struct text { char *bytes; size_t count, room; bool failed; }; /* grows; free(bytes) */
void text_add(struct text *, const char *, size_t);
void text_put(struct text *, const char *);
bool text_value(struct vm *, struct text *, value *, bool repr);
value *text_string(struct vm *, struct text *); /* the string; frees the text */
value *string_of(struct vm *, value *, bool repr);
value *formatted(struct vm *, value *, const char *specification, size_t bytes);

/* errors.c */
extern struct class *class_BaseException, *class_Exception, *class_TypeError, *class_ValueError, *class_IndexError,
    *class_KeyError, *class_NameError, *class_UnboundLocalError, *class_AttributeError, *class_ZeroDivisionError,
    *class_OverflowError, *class_RuntimeError, *class_RecursionError, *class_AssertionError, *class_MemoryError;
void errors_begin(struct vm *);
void *throw_error(struct vm *, struct class *, const char *format, ...) /* NULL */
    __attribute__((format(printf, 3, 4)));
void *throw_memory(struct vm *);
bool is_memory_error(const value *);
void *throw_value(struct vm *, struct class *, value *argument);
value *new_exception(struct vm *, struct class *, value **args, unsigned count);
void traceback_add(struct vm *, const struct code *, int line);
void traceback_print(struct vm *, const char *heading);

/* call.c and vm.c */
value *call(struct vm *, value *callee, value **args, unsigned count);
value *run(struct vm *);

/* builtins.c, modules.c, random.c, threads.c */
value *builtin_named(const char *name); /* fixed, or NULL */
value *module_named(const char *name);
struct builtin *methods_of(unsigned kind);
void builtins_begin(struct vm *);
void builtin_class(struct class *);
extern struct builtin random_methods[], lock_methods[], thread_methods[], stream_methods[];
void threads_end(void); /* outside a section: waits for all threads */
bool vm_begin(struct vm *);
void vm_end(struct vm *);
value *argument_named(const struct call *, const char *name); /* borrowed, or NULL */
bool arguments(struct vm *, const struct call *, const char *what, unsigned least, unsigned most); /* and no keywords */
bool keywords(struct vm *, const struct call *, const char *what, const char *allowed); /* "sep\0end\0" */
static inline unsigned positional(const struct call *c) { return c->count - (c->names ? c->names->length : 0); }

#endif
