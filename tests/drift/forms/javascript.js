const LIMIT = 3, OTHER = 4; //@ LIMIT; OTHER
let plain = 1; //@ plain
var { a, b: c, d = 2, ...others } = load(); //@ a; c; d; others
const [first, , second = 3] = list; //@ first; second
function named(x, y = 1, ...rest) { //@ named; named(x, y = 1, ...rest)
  function nested() {} //@ named.nested
  const local = 1; //@ named.local
}
async function waits() {} //@ waits
function* generates() {} //@ generates
async function* both() {} //@ both
class Store extends Base { //@ Store
  static size = 1; //@ Store.size
  #secret = 2; //@ Store.#secret
  'quoted-name' = 3; //@ Store.quoted-name
  bare; //@ Store.bare
  arrow = (x) => x; //@ Store.arrow
  constructor(host) { super(); } //@ Store.constructor
  get value() { return 1; } //@ Store.value()
  set value(x) {} //@ Store.value(x)
  async load(key) {} //@ Store.load
  *walks() {} //@ Store.walks
  static async *streams() {} //@ Store.streams
  #hidden() {} //@ Store.#hidden
  [Symbol.iterator]() {} //@ Store.[Symbol.iterator]
  @dec({ once: true }) decorated() {} //@ Store.decorated
  @dec field = 1; //@ Store.field
}
@dec class Decorated {} //@ Decorated
export const shown = 1; //@ shown
export function exported() {} //@ exported
export class Sent {} //@ Sent
export default class Main { //@ Main; default
  run() {} //@ Main.run; default.run
}
const api = { //@ api
  run() {}, //@ api.run
  stop: () => {}, //@ api.stop
  plain, //@ api.plain
  'with-dash': 1, //@ api.with-dash
  get size() { return 1 }, //@ api.size
  deep: { inner: 1 }, //@ api.deep; api.deep.inner
};
const Anonymous = class { //@ Anonymous
  method() {} //@ Anonymous.method
};
const handler = async (request) => { //@ handler
  const inside = 1; //@ handler.inside
};
exports.helper = function (x) {}; //@ helper; exports.helper; helper(x)
module.exports.other = 1; //@ other; module.exports.other
module.exports = { //@ module.exports
  sent: 1, //@ module.exports.sent
};
Store.prototype.late = function () {}; //@ Store.late; Store.prototype.late
Store.factory = () => {}; //@ Store.factory
if (a) { function conditional() {} } //@ conditional
try { var tried = 1; } catch (e) { var caught = 1; } finally { var always = 1; } //@ tried; caught; always
