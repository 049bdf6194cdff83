"""Small strict imitations of the providers, spoken to over real HTTP."""
