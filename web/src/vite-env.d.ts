/// <reference types="vite/client" />

declare module "virtual:library.css" {}
