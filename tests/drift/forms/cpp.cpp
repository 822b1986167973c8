namespace a::b { //@ a.b
template <typename T> class Store : public Base<T> { //@ Store; a.b.Store
public:
    Store(); //@ Store.Store()
    explicit Store(int x) : y(x) {} //@ Store.Store(int)
    ~Store() = default; //@ Store.~Store
    virtual int load(int a, std::string b = "x") const override;
    static constexpr int SIZE = 1; //@ Store.SIZE
    int x, y; //@ Store.x; Store.y
    enum class E { A, B = 2 }; //@ Store.E.A; Store.E.B
    bool operator==(const Store& o) const; //@ Store.operator==
    using I = int; //@ Store.I
    template <class U> void t(U u) {} //@ Store.t
    struct Inner { int deep; }; //@ Store.Inner.deep
    static inline void in_class() noexcept {} //@ Store.in_class
    int over(int a) { return 1; } //@ Store.over(int)
    int over(const std::string& a) { return 2; } //@ Store.over(const std::string &)
};
} // namespace
template <typename T> int a::b::Store<T>::load(int x, std::string y) const { return 1; } //@ a.b.Store.load
int Other::made(int x) { return 1; } //@ Other.made
Other::~Other() {} //@ Other.~Other
using V = std::vector<int>; //@ V
namespace { int hidden; } //@ hidden
inline namespace v1 { int versioned; } //@ versioned; v1.versioned
namespace outer { namespace inner { void deep() {} } } //@ outer.inner.deep; deep
auto lambda = [](int x) { return x; }; //@ lambda
int Other::counter = 1; //@ Other.counter
int& reference() { return x; } //@ reference
bool operator<(A a, A b) { return 1; } //@ operator<
extern "C" { void foreign(int) {} } //@ foreign
template <typename T> concept Small = true; //@ Small
constexpr auto trailing() -> int { return 1; } //@ trailing
