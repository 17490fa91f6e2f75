/* A classic script in the head: the remembered theme is there before the first paint, and no press is lost before the modules run. */
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

  /* What needs a module is shown at once, and pressed again for it when all of them have run. */
  var early = [];
  function keep(event) {
    var button = event.target.closest("button.needs-js, .needs-js button");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    early.push(button);
  }
  addEventListener("click", keep, true);
  addEventListener("DOMContentLoaded", function () {
    removeEventListener("click", keep, true);
    early.forEach(function (button) {
      button.click();
    });
  });
})();
