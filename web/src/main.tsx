import "virtual:library.css";
import "./app/theme/fonts.css";
import "./app/theme/tokens.css";
import "./app/theme/global.css";

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./app/queryClient";
import { router } from "./app/router";
import { colorScheme } from "./app/theme/colorScheme";
import { theme, variables } from "./app/theme/theme";
import { Notices } from "./ui/Notices";

// The frame that stood for the page goes when the page stands.
const stopWatching = router.subscribe("onRendered", () => {
  document.getElementById("frame")?.remove();
  stopWatching();
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={colorScheme}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queryClient}>
          <Notices />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
