/**
 * The style of a report: system fonts, one column, quiet colours for light and dark, and for paper.
 *
 * @module
 */

const LIGHT = `--page:#fbfaf8;--card:#fff;--text:#1d2126;--muted:#5c646e;--line:#e3e1dc;--code:#f3f1ed;
--clean:#2563a8;--attacked:#c2500a;--right:#1b6e3c;--wrong:#b3261e;
--series-1:#9c3d78;--series-2:#0b7a75;--series-3:#6b5bb5;--series-4:#8a6d00;--series-5:#4d6b2f;`;

const DARK = `--page:#14171a;--card:#1c2024;--text:#e9e7e2;--muted:#a2a9b1;--line:#31363c;--code:#23282d;
--clean:#74aef0;--attacked:#f59a52;--right:#6fcf97;--wrong:#ff8a80;
--series-1:#ec8cc4;--series-2:#4fcfc4;--series-3:#b5a6f5;--series-4:#dcc05a;--series-5:#a9cf7c;`;

/** The colours, light and dark, of every page. */
export const COLOURS = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}`;

/** The whole style sheet. */
export const STYLE = `
${COLOURS}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-inline-size:70rem;padding:3.5rem 1.5rem 4rem;background:var(--page);color:var(--text);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
p{max-inline-size:68ch;margin:0 0 1rem;text-wrap:pretty}
h1,h2,h3{line-height:1.2;text-wrap:balance;margin:0}
h1{font-size:1.25rem;font-weight:600}
h2{font-size:1.375rem;font-weight:650;letter-spacing:-.01em;margin-block-end:1rem}
h3{font-size:.95rem;font-weight:600}
small{font-size:.8125rem;color:var(--muted)}
main>section{margin-block-start:3.5rem}
header .kind{margin:0 0 .25rem;font-size:.8125rem;color:var(--muted);letter-spacing:.02em}
header .reading{margin:1.25rem 0 .75rem;max-inline-size:min(100%,34ch);
font-size:clamp(1.5rem,1.1rem + 2.2vw,2.5rem);line-height:1.2;font-weight:650;letter-spacing:-.02em;text-wrap:balance}
header .basis{font-size:1.0625rem}
nav{margin-block-start:2rem;padding-block:.75rem;border-block:1px solid var(--line);font-size:.875rem}
nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.375rem 1.5rem}
a{color:var(--clean);text-underline-offset:.15em}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
footer{margin-block-start:4rem;padding-block-start:1rem;border-block-start:1px solid var(--line);font-size:.8125rem;color:var(--muted)}
footer p{max-inline-size:none;overflow-wrap:anywhere}
figure{margin:0}
.scroll{overflow-x:auto}
.card{background:var(--card);border:1px solid var(--line);border-radius:.625rem;padding:1.25rem;min-inline-size:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.25rem}
main>section>.card+.card{margin-block-start:1.25rem}
.cards h3{margin-block-end:.5rem}
.cards,.wide{align-items:start}
.wide{display:grid;grid-template-columns:minmax(0,30rem) minmax(0,1fr);gap:1rem 2rem}
.cards+.card,.cards+.cards{margin-block-start:1.25rem}
.remark,.download{margin:.5rem 0 0;font-size:.875rem;color:var(--muted)}
.chart{display:block;inline-size:100%;max-inline-size:30rem;block-size:auto;margin-block:.25rem .75rem}
.chart:last-child{margin-block-end:0}
.chart text{font-family:inherit;font-variant-numeric:tabular-nums}
.values rect:hover{fill:var(--text);fill-opacity:.07}
.tip{position:absolute;z-index:1;padding:.375rem .625rem;border:1px solid var(--line);border-radius:.375rem;background:var(--card);
box-shadow:0 .125rem .5rem #0003;font-size:.8125rem;line-height:1.45;white-space:pre;pointer-events:none}
table{border-collapse:collapse;inline-size:100%}
caption{caption-side:bottom;text-align:start;padding-block-start:.75rem;font-size:.875rem;color:var(--muted)}
th,td{padding:.75rem 1.25rem .75rem 0;text-align:start;vertical-align:top;border-block-end:1px solid var(--line)}
th:last-child,td:last-child{padding-inline-end:0}
thead th{font-size:.875rem;font-weight:600;vertical-align:bottom;border-block-end-color:var(--muted)}
thead small{display:block;font-weight:400;max-inline-size:19rem}
tbody th{font-weight:600}
th button{all:unset;cursor:pointer;display:inline-block;box-sizing:border-box}
th button:focus-visible{outline:2px solid var(--clean);outline-offset:2px}
th button::after{content:"\\2195";margin-inline-start:.25rem;font-weight:400;color:var(--muted)}
[aria-sort=ascending] button::after{content:"\\2191";color:inherit}
[aria-sort=descending] button::after{content:"\\2193";color:inherit}
td.number{white-space:nowrap;min-inline-size:11rem}
td.number .bound{display:block}
thead small,h3{overflow-wrap:anywhere}
td.number strong{font-size:1.125rem;font-weight:650;margin-inline-end:.25rem}
.bar{display:block;block-size:.3125rem;margin-block-start:.4rem;max-inline-size:15rem;border-radius:1rem;background:var(--line);overflow:hidden}
.bar span{display:block;block-size:100%;background:var(--clean)}
.bar.attacked span{background:var(--attacked)}
table.plain{font-size:.875rem}
.plain th,.plain td{padding:.4rem .75rem .4rem 0}
.plain tbody th{font-weight:500}
.plain tbody th small{display:block}
.plain td small{white-space:nowrap}
.suspect{color:var(--attacked)}
.absent{color:var(--muted)}
.notice{margin-block-start:1rem;padding:.625rem .875rem;border-inline-start:.25rem solid var(--muted);background:var(--code);font-size:.875rem;overflow-wrap:anywhere}
.gallery{list-style:none;margin:1.25rem 0 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,31rem),1fr));gap:1.25rem}
.gallery+.download{margin-block-start:1rem}
.gallery.single{grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr))}
.gallery a[href]{display:block;cursor:pointer}
.gallery .card{display:grid;grid-template-columns:6.5rem 1fr;gap:1.25rem;break-inside:avoid}
.original figcaption{margin-block-start:.375rem;line-height:1.3}
.original small{display:block}
.gallery img{display:block;inline-size:100%;aspect-ratio:1;object-fit:contain;image-rendering:pixelated;border-radius:.25rem}
.networks{display:grid;gap:1rem;align-content:start}
.network{display:grid;grid-template-columns:4.75rem 4.75rem 1fr;gap:.375rem .625rem;align-items:start}
.network h3{grid-column:1/-1;font-size:.8125rem}
.picture small{display:block;text-align:center;font-size:.75rem;line-height:1.5}
.network dl{margin:0;font-size:.875rem;line-height:1.35}
.network dt{font-size:.75rem;color:var(--muted)}
.network dd{margin:0 0 .3rem;font-weight:600;overflow-wrap:anywhere}
.network dd small{font-weight:400;white-space:nowrap}
.right{color:var(--right)}
.wrong{color:var(--wrong)}
.spoken{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
details{border-block-end:1px solid var(--line)}
summary{padding-block:.75rem;cursor:pointer;font-weight:600}
summary:hover{color:var(--clean)}
:focus-visible{outline:2px solid var(--clean);outline-offset:2px}
.environment{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:.75rem 2rem;margin:0 0 1.25rem}
.environment dt{font-size:.8125rem;color:var(--muted)}
.environment dd{margin:0;overflow-wrap:anywhere}
pre{margin:0 0 1.25rem;padding:1rem;border-radius:.5rem;background:var(--code);overflow-x:auto}
code{font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.command figcaption{font-size:.8125rem;color:var(--muted);margin-block-end:.25rem}
@media (max-width:48rem){
body{padding:2rem 1rem 3rem}
.wide{grid-template-columns:minmax(0,1fr);gap:1rem}
.card{padding:1rem}
.gallery .card{grid-template-columns:1fr}
.original{display:grid;grid-template-columns:4.75rem 1fr;gap:.75rem;align-items:center}
}
@media (max-width:40rem){
.plain{font-size:.8125rem}
.plain th,.plain td{padding-inline-end:.5rem}
th:not([aria-sort]) button::after{content:none}
.results thead{display:none}
.results,.results tbody,.results caption,.results tr,.results th,.results td{display:block}
.results tr{padding-block:.75rem;border-block-end:1px solid var(--line)}
.results th,.results td{padding:.125rem 0;border:0}
.results tbody th{font-size:1.125rem}
.results td::before{content:attr(data-label) " ";color:var(--muted);font-size:.8125rem}
.results td.number{white-space:normal;padding-block-start:.5rem}
.results td.number::before{display:block}
.bar{max-inline-size:none}
}
@page{size:A4;margin:14mm 12mm}
@media print{
:root{color-scheme:light;${LIGHT}--page:#fff}
html{font-size:9.5pt}
body{max-inline-size:none;padding:0 1px;font-size:1rem;-webkit-print-color-adjust:exact;print-color-adjust:exact}
nav,.download,.hint,footer a,.tip{display:none}
th button::after{content:none}
main>section{margin-block-start:2rem}
h2,h3,section>p,figcaption,summary{break-after:avoid}
figure,tr,.network,.notice,section>p{break-inside:avoid}
.scroll{overflow:visible}
.card{padding:.875rem}
.cards,.wide,.gallery,.gallery.single{grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem}
.wide.many{grid-template-columns:minmax(0,1fr)}
.cards>.card:only-child{grid-column:1/-1}
th,td,.plain th,.plain td{padding-inline-end:.5rem}
.results td.number{min-inline-size:7rem;white-space:normal}
.results td.number small{display:block}
details::details-content{content-visibility:visible;block-size:auto}
pre{white-space:pre-wrap}
details pre{columns:2}
.environment{grid-template-columns:repeat(4,minmax(0,1fr))}
.environment div{break-inside:avoid}
footer{margin-block-start:1rem}
.plain tbody th{min-inline-size:4.5rem}
}
`;
