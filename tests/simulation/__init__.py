"""Random banks behind a provider of another addon, through the whole product."""
