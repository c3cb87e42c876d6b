// Lets the frame of index.html stand before anything else has come: style sheets in the head would hold it back.

/** Moves the page's own style sheets and scripts below the frame; scripts still wait for the sheets before them. */
export function frameFirst() {
  return {
    name: "frame-first",
    transformIndexHtml: {
      order: "post",
      handler(html) {
        const late = [];
        const head = html.replace(
          /\n?\s*<(?:link rel="(?:stylesheet|modulepreload)"[^>]*>|script type="module"[^>]*><\/script>)/g,
          (tag) => {
            late.push(tag.trim());
            return "";
          },
        );
        const order = (tag) => (tag.includes("stylesheet") ? 0 : tag.includes("modulepreload") ? 1 : 2);
        late.sort((a, b) => order(a) - order(b));
        return head.replace("</body>", `  ${late.join("\n    ")}\n  </body>`);
      },
    },
  };
}
