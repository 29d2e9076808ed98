// The header: an open menu closes when one turns elsewhere; the current place is slid into view.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

const places = document.querySelector('.top-nav');
const current = places?.querySelector('[aria-current]');
if (current && places.scrollWidth > places.clientWidth) {
  places.scrollLeft = current.offsetLeft - (places.clientWidth - current.offsetWidth) / 2;
}

// A year that does not fit begins with what is nearest to today, at its end.
for (const place of document.querySelectorAll('.table-scroll:has(> .heat)')) place.scrollLeft = place.scrollWidth;
