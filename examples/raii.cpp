// raii.cpp: owned references, borrows, sections and locks as C++17 classes, and an object with a std::string inside.
//
//     c++ -std=c++17 raii.cpp $(pkg-config --cflags --libs lifetime-atomic) && ./a.out
#include <lifetime/lifetime.h>

#include <cstdio>
#include <new>
#include <string>
#include <utility>

struct section { // objects are touched inside one
    section() { lt_enter(); }
    ~section() { lt_leave(); }
    section(const section &) = delete;
    section &operator=(const section &) = delete;
};

template <class T> class owned { // one reference: copied is retained, destroyed is released
    T *object = nullptr;

public:
    owned() = default;
    explicit owned(T *taken) : object(taken) {} // takes a reference over
    owned(const owned &other) : object(other.object) { if (object) lt_retain(object); }
    owned(owned &&other) noexcept : object(other.give()) {}
    owned &operator=(owned other) noexcept { return std::swap(object, other.object), *this; }
    ~owned() { if (object) lt_release(object); }
    T *give() noexcept { return std::exchange(object, nullptr); } // to whoever takes it over
    T *operator->() const { return object; }
    explicit operator bool() const { return object != nullptr; }
};

template <class T> class borrowed { // for a moment: not over a safepoint, not out of the section
    lt_borrow borrow;

public:
    explicit borrowed(lt_slot &slot) : borrow(lt_slot_borrow(&slot)) {}
    borrowed(const borrowed &) = delete;
    borrowed &operator=(const borrowed &) = delete;
    ~borrowed() { lt_unborrow(borrow); }
    T *operator->() const { return static_cast<T *>(lt_deref(borrow)); }
    explicit operator bool() const { return lt_deref(borrow) != nullptr; }
    owned<T> hold() const { return owned<T>(static_cast<T *>(lt_hold(borrow))); }
};

template <class T> struct slot { // an edge that any thread may change
    lt_slot word = {};
    void store(owned<T> object) { lt_slot_store(&word, object.give()); }
    owned<T> load() { return owned<T>(static_cast<T *>(lt_slot_load(&word))); }
    borrowed<T> borrow() { return borrowed<T>(word); }
};

struct person { // standard layout is not needed: the header is the first member
    lt_object header;
    std::string name;
    slot<person> friend_of;
};

static void trace(void *o, lt_visitor *visitor) { lt_visit_slot(visitor, &static_cast<person *>(o)->friend_of.word); }
static void finalize(void *o) { static_cast<person *>(o)->name.~basic_string(); }

static const lt_type &person_type()
{
    static const lt_type type = [] {
        lt_type t = {};
        t.name = "person";
        t.size = sizeof(person);
        t.trace = trace;
        t.finalize = finalize;
        return t;
    }();
    return type;
}

static owned<person> make(const char *name)
{
    auto *p = static_cast<person *>(lt_new(&person_type()));
    if (!p) throw std::bad_alloc();
    new (&p->name) std::string(name); // construct the members in place; the header is the library's
    new (&p->friend_of) slot<person>();
    return owned<person>(p);
}

int main()
{
    static slot<person> someone;
    std::string seen;
    {
        section inside;
        owned<person> ada = make("Ada, whose name is too long for the small-string optimisation");
        ada->friend_of.store(make("Charles"));
        someone.store(ada);
        owned<person> copy = ada;
        ada = owned<person>(); // the slot and the copy still have her
        {
            borrowed<person> b = someone.borrow();
            if (b) seen = b->name.substr(0, 3) + " knows " + b->friend_of.borrow()->name;
            copy = b.hold();
        }
        someone.store({});
    }
    lt_barrier();
    lt_stats stats;
    lt_stats_read(&stats);
    bool right = seen == "Ada knows Charles" && (!lt_strategy_traits()->reclaims || stats.live == 0);
    std::printf("%s: %s\n", lt_strategy_name(), right ? seen.c_str() : "WRONG");
    return !right;
}
