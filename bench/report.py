"""Figures as tables."""


def table(title, columns, rows):
    """Prints a title, then rows under their columns: words to the left, figures to the right."""
    cells = [[cell(value) for value in row] for row in rows]
    widths = [max(len(row[index]) for row in [columns, *cells]) for index in range(len(columns))]
    print(f"\n{title}")
    for row in [columns, *cells]:
        line = [row[0].ljust(widths[0])] + [text.rjust(width) for text, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(line).rstrip())


def cell(value):
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return "" if value is None else str(value)
