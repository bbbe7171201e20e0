"""Addresses on the web to which secrets are sent."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_secure(address: str) -> bool:
    """Tell whether secrets may go there: over https, or over plain http to this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return bool(host) and (
            parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))
        )
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
