"""Writers of our issues for other programs, and for another tracker of ours. Pure: values in, text out."""
