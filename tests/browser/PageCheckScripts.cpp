// SPDX-License-Identifier: Apache-2.0
// Scripts that inspect a page from within. Only tests run them; the pages have no scripts.
#include "PageCheck.h"

#include <string>

namespace central_oauth::test::page_script {

namespace {

// Colours as the browser resolves them, in any notation; contrast as WCAG 2.2 defines it.
const std::string colours = R"js(
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const pen = canvas.getContext('2d', {willReadFrequently: true});
const rgba = text => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
};
const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const probe = document.createElement('div');
document.body.append(probe);
probe.style.backgroundColor = 'Canvas';
const blank = rgba(getComputedStyle(probe).backgroundColor);
probe.remove();
const backdrop = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
        const layer = rgba(getComputedStyle(at).backgroundColor);
        layers.push(layer);
        if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), blank);
};
const opacity = element => {
    let product = 1;
    for (let at = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
    return product;
};
const luminance = colour => {
    const [r, g, b] = colour.slice(0, 3).map(value => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
};
const said = element => (element.innerText || element.value || element.name || '').trim().slice(0, 40);
const name = element => element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') +
    (element.className ? '.' + element.className : '') + ' "' + said(element) + '"';
const textFault = (element, style, what) => {
    const below = backdrop(element);
    const text = rgba(style.color);
    text[3] *= opacity(element);
    const ratio = contrast(over(text, below), below);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    return ratio >= needed ? null :
        `contrast: ${ratio.toFixed(2)} is below ${needed}: ${what} of ${name(element)}`;
};
)js";

const std::string controls = R"js(
// The content of closed details has boxes, too, but is not visible.
const shown = element => element.getClientRects().length > 0 &&
    element.checkVisibility({visibilityProperty: true});
const all = [...document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')]
    .filter(element => shown(element) && !element.disabled && element.type !== 'hidden');
// A group of radio buttons is one stop: at the chosen one, else at the first.
const stops = all.filter(element => {
    if (element.type !== 'radio') return true;
    const group = all.filter(other => other.type === 'radio' && other.name === element.name &&
        other.form === element.form);
    return element === (group.find(other => other.checked) || group[0]);
});
)js";

const std::string looksText = colours + controls + R"js(
const faults = [];
const fault = (kind, text) => faults.push(kind + ': ' + text);
const elements = [...document.querySelectorAll('*')];
const home = new URL(location.href).origin;
const visible = [...document.body.querySelectorAll('*')].filter(shown);

for (const element of visible) {
    const style = getComputedStyle(element);
    const ownText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (ownText || (element.tagName === 'INPUT' && !['checkbox', 'radio'].includes(element.type)) ||
        element.tagName === 'TEXTAREA')
        faults.push(textFault(element, style, 'text'));
    if (element.placeholder)
        faults.push(textFault(element, getComputedStyle(element, '::placeholder'), 'placeholder'));
    for (const part of ['::before', '::after', '::marker']) {
        const its = getComputedStyle(element, part);
        if (its.content !== 'none' && its.content !== 'normal' && its.content !== '""')
            faults.push(textFault(element, its, part));
    }
}

for (const element of all) {
    const id = element.getAttribute('aria-labelledby');
    const field = ['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName) &&
        !['submit', 'button', 'reset'].includes(element.type);
    const words = [element.getAttribute('aria-label'),
        id && id.split(' ').map(one => document.getElementById(one)?.innerText).join(' '),
        ...[...(element.labels || [])].map(label => label.innerText),
        field ? '' : element.innerText, !field && element.tagName === 'INPUT' ? element.value : ''];
    if (!words.some(text => text && text.trim())) fault('label', name(element) + ' has none');
}

const root = document.documentElement;
if (root.scrollWidth > root.clientWidth)
    fault('overflow', `the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}`);
for (const element of visible) {
    const box = element.getBoundingClientRect();
    if (box.right > root.clientWidth + 1 || box.left < -1)
        fault('overflow', `${name(element)} from ${box.left} to ${box.right} in ${root.clientWidth}`);
    if (getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1 &&
        !['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName))
        fault('overflow', `${name(element)} is cut or scrolls`);
}

const headings = document.querySelectorAll('h1');
if (headings.length !== 1) fault('heading', `${headings.length} times h1`);
else if (!headings[0].innerText.trim()) fault('heading', 'h1 is empty');
let level = 0;
for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) fault('heading', `${heading.tagName} follows level ${level}`);
    level = own;
}
if (!root.lang) fault('language', 'html has no lang');
if (document.querySelectorAll('main, [role=main]').length !== 1) fault('main', 'not exactly one landmark');
if (!document.title.trim()) fault('title', 'empty');

for (const element of elements) {
    if (element.tagName === 'SCRIPT') fault('script', 'a script element');
    if (element.tagName === 'STYLE' || element.hasAttribute('style')) fault('style', name(element));
    for (const {name: attribute, value} of element.attributes) {
        if (attribute.startsWith('on')) fault('script', `${attribute} at ${name(element)}`);
        if (/^\s*(javascript|data|vbscript):/i.test(value)) fault('script', `${attribute}=${value.slice(0, 30)}`);
    }
    const loaded = element.tagName === 'LINK' ? element.href : element.src || element.data;
    if (loaded && new URL(loaded, location).origin !== home)
        fault('resource', `${element.tagName} ${loaded}`);
    if (['IMG', 'PICTURE', 'VIDEO', 'AUDIO', 'OBJECT', 'EMBED', 'IFRAME', 'IMAGE'].includes(element.tagName.toUpperCase()))
        fault('image', element.tagName.toLowerCase());
    for (const part of [null, '::before', '::after'])
        for (const property of ['backgroundImage', 'listStyleImage', 'borderImageSource', 'content', 'maskImage'])
            if ((getComputedStyle(element, part)[property] || '').includes('url('))
                fault('image', `${property} of ${name(element)}`);
}
for (const entry of performance.getEntriesByType('resource'))
    if (new URL(entry.name).origin !== home) fault('resource', entry.name);
return faults.filter(Boolean);
)js";

const std::string watchFocusText = controls + R"js(
// The first Tab starts at the top, whatever had the focus.
document.body.tabIndex = -1;
document.body.focus();
window.focusSeen = [];
window.focusWatch?.abort();
window.focusWatch = new AbortController();
document.addEventListener('focusin', event => window.focusSeen.push(event.target),
    {signal: window.focusWatch.signal});
return stops.length;
)js";

const std::string keyboardText = "document.body.removeAttribute('tabindex');" + colours + controls + R"js(
const faults = [];
const seen = window.focusSeen || [];
for (const stop of stops)
    if (stop.tabIndex > 0) faults.push(`keyboard: ${name(stop)} comes before its turn`);
for (const stop of stops)
    if (!seen.includes(stop)) faults.push(`keyboard: Tab never comes to ${name(stop)}`);
const astray = stops.findIndex((stop, i) => seen[i] !== stop);
if (astray >= 0 && !faults.length)
    faults.push(`keyboard: stop ${astray} is ${seen[astray] ? name(seen[astray]) : 'nothing'}, not ${name(stops[astray])}`);
for (const stop of stops) {
    stop.focus({focusVisible: true});
    const style = getComputedStyle(stop);
    const width = parseFloat(style.outlineWidth);
    const ring = over(rgba(style.outlineColor), backdrop(stop.parentElement));
    if (style.outlineStyle === 'none' || width < 1)
        faults.push(`outline: ${name(stop)} shows no focus`);
    else if (contrast(ring, backdrop(stop.parentElement)) < 3)
        faults.push(`outline: ${contrast(ring, backdrop(stop.parentElement)).toFixed(2)} is below 3: ${name(stop)}`);
    if ((stop.innerText || '').trim() || stop.tagName === 'INPUT') faults.push(textFault(stop, style, 'focused text'));
    stop.blur();
}
return faults.filter(Boolean);
)js";

} // namespace

const char* const looks = looksText.c_str();
const char* const watchFocus = watchFocusText.c_str();
const char* const keyboard = keyboardText.c_str();

} // namespace central_oauth::test::page_script
