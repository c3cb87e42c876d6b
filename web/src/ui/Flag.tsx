import styles from "./Flag.module.css";

type FlagProps = { country: string };

/** Shows a country's flag, or its two letters where the system has no flags. The name belongs beside it. */
export function Flag({ country }: FlagProps) {
  const isCode = /^[A-Za-z]{2}$/.test(country);
  if (isCode && systemHasFlags()) {
    return (
      <span aria-hidden="true" className={styles.flag}>
        {emojiOf(country)}
      </span>
    );
  }
  return (
    <span aria-hidden="true" className={styles.letters}>
      {isCode ? country.toUpperCase() : "–"}
    </span>
  );
}

function emojiOf(country: string): string {
  const regionalA = 0x1f1e6;
  const letters = [...country.toUpperCase()].map((letter) => regionalA + letter.charCodeAt(0) - 65);
  return String.fromCodePoint(...letters);
}

let known: boolean | undefined;

/** Draws a flag and looks for colour: Windows, for one, draws two letters instead. */
function systemHasFlags(): boolean {
  if (known !== undefined) return known;
  const context = Object.assign(document.createElement("canvas"), { width: 20, height: 20 }).getContext(
    "2d",
    {
      willReadFrequently: true,
    },
  );
  if (!context) {
    known = false;
    return known;
  }
  context.textBaseline = "top";
  context.font = "16px sans-serif";
  context.fillText(emojiOf("DE"), 0, 0);
  const pixels = context.getImageData(0, 0, 20, 20).data;
  known = false;
  for (let at = 0; at < pixels.length; at += 4) {
    const isColoured = Math.abs((pixels[at] ?? 0) - (pixels[at + 2] ?? 0)) > 40;
    if ((pixels[at + 3] ?? 0) > 0 && isColoured) known = true;
  }
  return known;
}
