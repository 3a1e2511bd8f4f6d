/* boost_local_shared_ptr.cpp: boost::local_shared_ptr, a plain count of one thread's references. */
#include <boost/smart_ptr/local_shared_ptr.hpp>
#include <boost/smart_ptr/make_local_shared.hpp>

#include "work/new_drop.hpp"
#include "work/pair.hpp"

namespace {

struct object {
    uint64_t value;
    explicit object(uint64_t v) : value(v) {}
};

struct peer {
    static constexpr const char *name = "boost_local_shared_ptr";
    using ref = boost::local_shared_ptr<object>;
    static ref make(uint64_t value) { return boost::make_local_shared<object>(value); }
};

} // namespace

const bench_entry bench_pair_boost_local_shared_ptr = bench::pair_text<peer>::entry();
const bench_entry bench_new_drop_boost_local_shared_ptr = bench::new_drop_text<peer>::entry();
