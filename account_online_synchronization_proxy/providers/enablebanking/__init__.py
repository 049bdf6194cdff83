"""Enable Banking: European banks under PSD2, through an application with a key pair."""

from .provider import EnableBanking
