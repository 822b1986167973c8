module A::B #@ A.B
  class Store < Base #@ A.B.Store
    LIMIT = 3 #@ A.B.Store.LIMIT
    attr_accessor :name, :other #@ A.B.Store.name; A.B.Store.other
    @@count = 1 #@ A.B.Store.@@count
    def load(key, n = 1, *rest, k: 2, **o, &b) = 1 #@ A.B.Store.load
    def self.make(x) #@ A.B.Store.self.make
      local = 1 #@ A.B.Store.self.make.local
    end
    class << self
      def meta; end #@ A.B.Store.meta
    end
    def ==(other); end #@ A.B.Store.==
    def size=(x); end #@ A.B.Store.size=
    def empty?; end #@ A.B.Store.empty?
    def save!; end #@ A.B.Store.save!
    private def hidden; end #@ A.B.Store.hidden
    define_method(:dynamic) { |x| x } #@ A.B.Store.dynamic
    alias_method :short, :load #@ A.B.Store.short
    alias shorter load #@ A.B.Store.shorter
    Point = Struct.new(:x) do #@ A.B.Store.Point
      def dist; end #@ A.B.Store.Point.dist
    end
  end
end
def plain(a, b); end #@ plain; plain(a, b)
def object.single; end #@ object.single
class Open
  def one; end #@ Open.one
end
class Open
  def two; end #@ Open.two
end
FIRST, SECOND = 1, 2 #@ FIRST; SECOND
$global = 1 #@ $global
