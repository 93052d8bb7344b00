/** Objects of listers never change: what has been made of one stays true. */
export function once<From extends object, To>(compile: (object: From) => To): (object: From) => To {
  const known = new WeakMap<From, To>();
  return (object) => {
    let compiled = known.get(object);
    if (compiled === undefined) known.set(object, (compiled = compile(object)));
    return compiled;
  };
}
