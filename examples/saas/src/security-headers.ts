import type { RequestHandler } from "express";

/** Headers of every response. The app needs no script, so none may run. */
export const securityHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    // No `form-action`: browsers apply it to the redirects after a form too, and switching tenants
    // goes on to the identity provider.
    "content-security-policy":
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    // With `no-referrer` browsers send `Origin: null` with our own forms, and nobody could tell
    // them from foreign ones.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  next();
};
