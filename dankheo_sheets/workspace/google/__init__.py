"""The workspace on Google Drive: signing in, asking, and what the answers mean."""
