/* boost_intrusive_ptr.cpp: boost::intrusive_ptr to objects with Boost's own atomic count in them. */
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "work/handoff.hpp"
#include "work/new_drop.hpp"
#include "work/pair.hpp"
#include "work/shared_pair.hpp"

namespace {

struct object : boost::intrusive_ref_counter<object, boost::thread_safe_counter> {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};

struct peer {
    static constexpr const char *name = "boost_intrusive_ptr";
    using ref = boost::intrusive_ptr<object>;
    static ref make(uint64_t value) { return ref(new object(value)); }
};

} // namespace

const bench_entry bench_pair_boost_intrusive_ptr = bench::pair_text<peer>::entry();
const bench_entry bench_shared_pair_boost_intrusive_ptr = bench::shared_pair_text<peer>::entry();
const bench_entry bench_new_drop_boost_intrusive_ptr = bench::new_drop_text<peer>::entry();
const bench_entry bench_handoff_boost_intrusive_ptr = bench::handoff_text<peer>::entry();
