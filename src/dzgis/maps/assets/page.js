/* Helpers of a dzgis map's page.
   All text comes from data blocks and reaches the page as text, never as markup. */
"use strict";

const dzgis = { layers: {} };

dzgis.dom = (() => {
  const data = (key) => JSON.parse(document.getElementById("dz-" + key).textContent);

  function node(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }

  function vector(tag, attributes) {
    const element = L.SVG.create(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function button(className, text, label, action) {
    const element = node("button", className, text);
    element.type = "button";
    if (label) {
      element.title = label;
      element.setAttribute("aria-label", label);
    }
    element.addEventListener("click", action);
    return element;
  }

  function control(position, element) {
    const Control = L.Control.extend({ onAdd: () => element });
    L.DomEvent.disableClickPropagation(element);
    return new Control({ position });
  }

  const filled = (text, values) => Object.entries(values).reduce(
    (said, [name, value]) => said.split("{" + name + "}").join(value), text,
  );

  const number = (value, decimals) => value.toLocaleString("en", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });

  return { data, node, vector, button, control, filled, number };
})();
