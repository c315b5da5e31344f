import type { JSX } from "preact";

/** Line icons on a 16-unit square, drawn with the colour of the text around them; always decoration. */
const PATHS = {
  orders: "M3.5 1.75h6.25L13 5v9.25H3.5zM9.5 2v3.25h3.25M6 8.25h4.5M6 11h3",
  purchases: "M4.75 5.5V4.25a3.25 3.25 0 0 1 6.5 0V5.5M2.75 5.5h10.5l.75 8.75H2z",
  clients: "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8ZM2.75 13.75a5.25 5.25 0 0 1 10.5 0",
  suppliers: "M1.75 13.75V6l3.75 2.5V6l3.75 2.5V2.25h4.5v11.5zM5 11.25h2M9.5 11.25h2",
  products: "M8 1.75 13.75 4.9v6.2L8 14.25 2.25 11.1V4.9zM2.5 5 8 8l5.5-3M8 8v6",
  stock:
    "M2 2.75h5v4H2zM9 2.75h5v4H9zM2 9.25h5v4H2zM9 9.25h5v4H9zM4.5 2.75v1.5M11.5 2.75v1.5M4.5 9.25v1.5M11.5 9.25v1.5",
  robot: "M3 5.5h10v7.25H3zM8 5.5V3M8 2.5v.01M5.9 8.5v.01M10.1 8.5v.01M6 10.75h4M1.25 8v2.25M14.75 8v2.25",
  team: "M6 7.75a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.25 13.25a4.75 4.75 0 0 1 9.5 0M10.75 3a2.4 2.4 0 0 1 0 4.6M12.25 9.6a4.6 4.6 0 0 1 2.5 3.65",
  settings:
    "M8 10.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5ZM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4",
  mails: "M1.75 3.5h12.5v9H1.75zM2 4l6 4.75L14 4",
  search: "M7 11.75a4.75 4.75 0 1 0 0-9.5 4.75 4.75 0 0 0 0 9.5ZM10.5 10.5l3.75 3.75",
  plus: "M8 2.75v10.5M2.75 8h10.5",
  minus: "M2.75 8h10.5",
  close: "m3.5 3.5 9 9M12.5 3.5l-9 9",
  check: "m2.75 8.75 3.5 3.5 7-8.5",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  menu: "M2.25 4.25h11.5M2.25 8h11.5M2.25 11.75h11.5",
  back: "M9.75 3 4.75 8l5 5M5 8h9",
  trash: "M2.5 4.25h11M6 4V2.25h4V4M4 4.25l.6 9.5h6.8l.6-9.5M6.75 7v4M9.25 7v4",
  info: "M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM8 7.25v3.5M8 5.1v.01",
  keyboard: "M1.5 4h13v8.25h-13zM4 6.75h.01M6.65 6.75h.01M9.35 6.75h.01M12 6.75h.01M5 9.5h6",
  out: "M6 2.25H2.75v11.5H6M10 11l3.25-3L10 5M13 8H6",
  theme: "M8 14.25a6.25 6.25 0 1 0 0-12.5zM8 1.75a6.25 6.25 0 1 0 0 12.5z",
  language:
    "M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM2 6h12M2 10h12M8 1.75c-3.5 3.5-3.5 9 0 12.5 3.5-3.5 3.5-9 0-12.5",
  image: "M2 2.75h12v10.5H2zM2.25 11.5 6 7.75l3 3 2-2 3 3M10.75 6h.01",
  copy: "M5.5 5.5h8.25v8.25H5.5zM3.75 10.5h-1.5V2.25h8.25v1.5",
  eye: "M1.25 8S3.75 3.5 8 3.5 14.75 8 14.75 8 12.25 12.5 8 12.5 1.25 8 1.25 8ZM8 9.75a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5Z",
  key: "M5.25 13.25a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM7.25 8.5l6-6M11 4.75l1.75 1.75",
  spinner: "M8 1.75A6.25 6.25 0 1 1 1.75 8",
  pencil: "m2.5 13.5.75-3.25L10.75 2.75l2.5 2.5-7.5 7.5zM9.25 4.25l2.5 2.5",
  comment: "M2 2.75h12v8.5H7.25L4 14v-2.75H2z",
  history: "M2.25 8a5.75 5.75 0 1 0 1.9-4.25M2 1.75v3h3M8 5v3.25l2.25 1.25",
  clock: "M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM8 4.5V8l2.5 1.5",
  triangle: "M8 2 14.5 13.5h-13zM8 6.5v3M8 11.4v.01",
  lock: "M3 7h10v7H3zM5.25 7V4.75a2.75 2.75 0 0 1 5.5 0V7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 16,
  class: more = "",
}: {
  name: IconName;
  size?: number;
  class?: string;
}): JSX.Element {
  return (
    <svg
      class={`icon ${more}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width={name === "more" ? 2.4 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
