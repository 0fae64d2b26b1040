/**
 * What the live view's style has beside the reports'.
 *
 * @module
 */
export const LIVE_STYLE = `
#state{margin:0}
.runs th,.runs td{vertical-align:middle}
.runs tbody th{font-weight:600;min-inline-size:11rem}
.runs tbody th button{all:unset;cursor:pointer;overflow-wrap:anywhere}
.runs tbody th button::after{content:none}
.runs tbody th button:hover{text-decoration:underline}
.runs tbody th button:focus-visible{outline:2px solid var(--clean);outline-offset:2px}
.runs td.rate{white-space:nowrap}
.runs td.rate small{display:block}
.swatch{display:flex;align-items:center;gap:.375rem;cursor:pointer;min-block-size:1.75rem}
.swatch input{margin:0;inline-size:1.125rem;block-size:1.125rem;accent-color:var(--swatch,var(--muted))}
.progress{min-inline-size:9rem}
.progress .bar{margin-block:.25rem}
.progress .bar span{transition:inline-size .6s}
.progress small{white-space:nowrap}
.state{display:inline-block;padding:0 .5rem;border-radius:1rem;background:var(--code);font-size:.75rem;font-weight:600}
.state.training,.state.evaluating{color:var(--clean)}
.state.stopped{color:var(--wrong)}
.state.finished{color:var(--right)}
.chosen{margin-block:1rem 0}
.axes{border:0;margin:0 0 1rem;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.875rem}
.axes legend{float:inline-start;margin-inline-end:.25rem;padding:0;color:var(--muted)}
.axes label{cursor:pointer}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.25rem}
.charts h3{margin-block-end:.25rem}
.charts svg{display:block;inline-size:100%;block-size:auto;overflow:visible;touch-action:pan-y}
.charts text{font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums;fill:var(--muted)}
.charts .curve{fill:none;stroke-width:1.75;stroke-linejoin:round}
.charts .grid{stroke:var(--line)}
.charts .here{stroke:var(--muted);stroke-dasharray:2 3}
.charts .more{grid-column:1/-1}
.charts .empty{color:var(--muted);font-size:.875rem}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),24rem));gap:1.25rem}
.pictures img{display:block;inline-size:100%;image-rendering:pixelated;border-radius:.375rem}
.pictures figcaption{font-size:.8125rem;color:var(--muted);margin-block-start:.375rem}
#detail{scroll-margin-block-start:1rem}
@media (max-width:48rem){
.runs thead{display:none}
.runs tr{display:grid;grid-template-columns:2rem 1fr 1fr;gap:.25rem .75rem;padding-block:.75rem;border-block-end:1px solid var(--line)}
.runs td,.runs tbody th{border:0;padding:0}
.runs tbody th,.runs .progress{grid-column:2/-1}
.runs td.rate{grid-column:auto;white-space:normal}
.runs td.rate:nth-of-type(odd){grid-column:2}
.runs td.rate::before{content:attr(data-label) " ";display:block;color:var(--muted);font-size:.75rem}
.runs td.rate:empty{display:none}
}
@media (prefers-reduced-motion:reduce){.progress .bar span{transition:none}}
`;
