"""Lists that rules look up: mail providers, words of themes, brands. Each carries its date."""
