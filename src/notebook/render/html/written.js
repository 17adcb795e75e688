
// The page as it was written, before anything is done with it.
const written = document.documentElement.outerHTML;
