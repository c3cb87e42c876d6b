#!/bin/sh
# Cuts the font of the page to what it uses: weights 400 to 700, and the features that global.css and tables ask for.
# A third lighter than what is published, in every first load. Run by hand after a new version of the font:
#   pip install fonttools==4.68.0 brotli==1.2.1 && sh scripts/font.sh
set -eu
cd "$(dirname "$0")/.."
whole=node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2
cut=$(mktemp)
fonttools varLib.instancer "$whole" wght=400:700 --output "$cut"
pyftsubset "$cut" --unicodes="*" --layout-features=kern,liga,calt,ccmp,locl,mark,mkmk,tnum,cv11,ss03 --flavor=woff2 \
    --output-file=src/app/theme/inter-latin.woff2
rm "$cut"
