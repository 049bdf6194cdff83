"""Random banks behind a provider of another addon, through proxy, feed and books of a real server."""
