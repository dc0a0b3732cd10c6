"""Files of requests: what each costs, what the provider will refuse, how to split them."""
