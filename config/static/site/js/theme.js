/* A classic script in the head, so that the remembered theme is there before the first paint. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("rallypoint.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (error) {
    /* no storage: the system's preference holds */
  }
})();
