"use strict";

// What is larger than its place can be scrolled with the keyboard.
{
  const update = () => {
    const boxes = [...document.querySelectorAll(".scroll, pre")];
    // All are looked at before any is changed, so that the page is laid out once.
    const isLarge = boxes.map((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight);
    for (const [index, box] of boxes.entries()) {
      if (isLarge[index]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", update);
  // Nobody waits for it.
  document.addEventListener("renewed", () => setTimeout(update, 200));
  // Steps take less of the screen.
  new MutationObserver(update).observe(document.body, { attributeFilter: ["class"] });
  update();
}
