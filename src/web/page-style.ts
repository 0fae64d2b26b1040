/**
 * The style of a site: the reports' colours and type, two columns on a desk, one on a telephone.
 *
 * @module
 */
import { COLOURS } from '../report/style.js';

/** `style.css`. */
export const PAGE_STYLE = `${COLOURS}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-inline-size:80rem;padding:2.5rem 1.5rem 3rem;background:var(--page);color:var(--text);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums}
[hidden]{display:none!important}
p{margin:0 0 .75rem;text-wrap:pretty}
h1,h2,h3{line-height:1.2;text-wrap:balance;margin:0}
h1{font-size:clamp(1.5rem,1.1rem + 2vw,2.25rem);font-weight:650;letter-spacing:-.02em}
h2{font-size:1.125rem;font-weight:650;margin-block-end:.75rem}
h3{font-size:1rem;font-weight:600;overflow-wrap:anywhere}
small,.remark{font-size:.8125rem;color:var(--muted)}
.kind{margin:0 0 .25rem;font-size:.8125rem;color:var(--muted);overflow-wrap:anywhere}
.lead{max-inline-size:60ch;margin:.75rem 0 1.5rem;font-size:1.0625rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.625rem;padding:1.25rem;min-inline-size:0}
.card>:last-child{margin-block-end:0}
.notice{padding:.75rem 1rem;border-inline-start:.25rem solid var(--muted);background:var(--code);max-inline-size:68ch}
.workbench{display:grid;grid-template-columns:minmax(0,20rem) minmax(0,1fr);gap:1.25rem;align-items:start}
.choices,.outcome{display:grid;gap:1.25rem;min-inline-size:0}
.outcome h2{margin-block-end:.75rem}
fieldset{border:0;margin:0 0 1rem;padding:0;min-inline-size:0}
legend{padding:0;margin-block-end:.375rem;font-size:.8125rem;color:var(--muted)}
.row{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .75rem;margin-block-end:.75rem}
button,.button,select{font:inherit;min-block-size:2.75rem;padding:.375rem 1rem;border:1px solid var(--muted);
border-radius:.5rem;
background:var(--card);color:var(--text);cursor:pointer}
.button{display:inline-flex;align-items:center}
select{padding-inline:.625rem;max-inline-size:100%}
button:hover,.button:hover{border-color:var(--clean);color:var(--clean)}
button:disabled{opacity:.5;cursor:default;border-color:var(--line);color:var(--muted)}
.primary{min-inline-size:6rem;background:var(--text);border-color:var(--text);color:var(--page);font-weight:600}
.primary:hover{background:var(--clean);border-color:var(--clean);color:var(--page)}
input[type=range]{display:block;inline-size:100%;min-block-size:2rem;margin:0;accent-color:var(--clean);cursor:pointer}
.row input[type=range]{flex:1;inline-size:6rem}
input[type=color]{inline-size:3rem;block-size:2.75rem;padding:.25rem;border:1px solid var(--muted);
border-radius:.5rem;background:var(--card)}
:focus-visible,input:focus-visible+.thumbnail{outline:2px solid var(--clean);outline-offset:2px}
.button:has(+input:focus-visible){outline:2px solid var(--clean);outline-offset:2px}
.spoken{position:absolute;inline-size:1px;block-size:1px;margin:0;padding:0;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
#samples{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:.375rem}
.sample{position:relative;display:block;cursor:pointer}
.thumbnail{display:block;inline-size:100%;aspect-ratio:1;border-radius:.25rem}
input:checked+.thumbnail{outline:3px solid var(--text);outline-offset:1px}
input:checked:focus-visible+.thumbnail{outline-color:var(--clean)}
.drawing canvas{display:block;inline-size:100%;aspect-ratio:1;border:1px solid var(--muted);border-radius:.375rem;
cursor:crosshair;
touch-action:none;margin-block-end:.5rem}
.enlarged .thumbnail,.enlarged .pictures canvas{image-rendering:pixelated}
.choice{display:flex;gap:.625rem;align-items:baseline;padding-block:.3125rem;cursor:pointer}
.choice input{accent-color:var(--clean);flex:none}
.size output{font-weight:650}
.slider{position:relative}
.mark{position:absolute;inset-block-start:1.75rem;inline-size:2px;block-size:.625rem;background:var(--attacked);
transform:translateX(-1px);pointer-events:none}
#trained-note{margin-block-start:.375rem}
.player{position:sticky;inset-block-start:0;z-index:1}
.player .row{margin-block-end:.25rem}
.row .counter{margin-inline-start:auto}
.finding{margin:.25rem 0 0;font-size:1.0625rem;white-space:pre-line;overflow-wrap:anywhere}
.networks{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.25rem}
.network h3::before,.legend li::before{content:"";display:inline-block;inline-size:.75rem;block-size:.75rem;
margin-inline-end:.5rem;
border-radius:50%;background:var(--network)}
.network h3 small{display:block;font-weight:400;margin-block-start:.125rem}
.verdict{margin:.75rem 0;overflow-wrap:anywhere}
.verdict strong{display:block;font-size:1.5rem;line-height:1.2;font-weight:650}
.right strong,.right b{color:var(--right)}
.wrong strong,.wrong b{color:var(--wrong)}
.pictures{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.625rem;margin-block-end:1rem}
figure{margin:0}
.pictures canvas{display:block;inline-size:100%;aspect-ratio:1;border-radius:.25rem}
figcaption{margin-block-start:.25rem;font-size:.8125rem;color:var(--muted);line-height:1.3}
.bars{list-style:none;margin:0;padding:0;font-size:.875rem}
.bars li{display:grid;grid-template-columns:clamp(6.5rem,30%,11rem) 1fr 3rem;gap:.625rem;align-items:center;
padding-block:.125rem}
.bars .name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bars .value{text-align:end}
.bars .track{position:relative;block-size:.75rem;border-radius:.1875rem;background:var(--code)}
.bars .fill{position:absolute;inset:0 auto 0 0;border-radius:.1875rem;background:var(--muted);
transition:inline-size .09s linear}
.bars .before{position:absolute;inset-block:-.125rem;inline-size:2px;background:var(--text);transform:translateX(-1px)}
.bars .truth{font-weight:650}
.bars .truth .fill{background:var(--right)}
.bars .error .fill{background:var(--wrong)}
.course .row{margin-block-end:.25rem}
.chart{display:block;inline-size:100%;block-size:auto}
.chart text{fill:var(--muted);font-size:12px;font-family:inherit}
.chart .grid{stroke:var(--line)}
.chart .now{stroke:var(--muted);stroke-dasharray:3 3}
.chart polyline{fill:none;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}
.legend{list-style:none;margin:.5rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.875rem}
.legend li{overflow-wrap:anywhere}
footer{margin-block-start:2.5rem;padding-block-start:1rem;border-block-start:1px solid var(--line);font-size:.8125rem;
color:var(--muted)}
footer p{max-inline-size:90ch}
@media (max-width:56rem){
.workbench{grid-template-columns:minmax(0,1fr)}
.choices,.outcome{display:contents}
.player{order:1;inset-block:auto 0;box-shadow:0 -.25rem 1rem #0002}
}
@media (max-width:40rem){
body{padding:1.25rem 1rem 2rem}
.card{padding:1rem}
.lead{font-size:1rem;margin-block-end:1rem}
#samples{display:flex;overflow-x:auto;padding:4px;margin-inline:-4px}
.sample{flex:0 0 3.5rem}
.player{padding-block:.625rem;margin-inline:-.5rem}
.player .row{gap:.25rem .375rem}
.player button{padding-inline:.5rem}
.total{display:none}
.player .primary{min-inline-size:4.5rem}
.finding{font-size:.875rem;line-height:1.35}
.verdict strong{font-size:1.25rem}
}
@media (prefers-reduced-motion:reduce){.bars .fill{transition:none}}
`;
