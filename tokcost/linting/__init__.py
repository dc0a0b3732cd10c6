"""The price book checks itself: what is wrong, out of order, suspicious or due in a price file, with its line."""
