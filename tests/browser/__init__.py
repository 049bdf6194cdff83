"""What tours cannot do: windows of their own, the bank's pages, phones, accessibility, pictures."""
