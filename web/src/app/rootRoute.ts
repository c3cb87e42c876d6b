// What every place of the page stands below.
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext } from "@tanstack/react-router";

type Context = { queryClient: QueryClient };

export const root = createRootRouteWithContext<Context>()();
