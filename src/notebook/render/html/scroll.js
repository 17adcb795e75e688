"use strict";

// What is larger than its place can be scrolled with the keyboard.
{
  const update = () => {
    for (const box of document.querySelectorAll(".scroll, pre")) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", update);
  document.addEventListener("renewed", update);
  // Steps take less of the screen.
  new MutationObserver(update).observe(document.body, { attributeFilter: ["class"] });
  update();
}
