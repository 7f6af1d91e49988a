/** A route as far as its address goes. */
interface AddressedRoute {
  readonly method: string;
  /** With its parameters as `:name`. */
  readonly url: string;
}

/** The methods that an address knows, in the order in which their routes were registered. */
export function methodsAt(routes: readonly AddressedRoute[], address: string): readonly string[] {
  const path = address.split("?")[0]?.split("/") ?? [];
  const here = routes.filter(({ url }) => {
    const pattern = url.split("/");
    return (
      pattern.length === path.length &&
      pattern.every((piece, place) =>
        piece.startsWith(":") ? path[place] !== "" : piece === path[place],
      )
    );
  });
  return [...new Set(here.map(({ method }) => method))];
}
