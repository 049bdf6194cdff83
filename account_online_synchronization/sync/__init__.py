"""From the proxy's pages to rows, lines, statements and a proof."""
