import { LanguageSwitch, type Locale, Mark } from "@vestibule/ui";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { commonWords } from "../words/common-words.ts";
import "./screen.css";

interface ScreenProps {
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
  readonly demo: boolean;
  readonly title: string;
  /** Small words above the title: where one is. */
  readonly over?: string | undefined;
  /** Back, Badge, Refresh: beside the mark. */
  readonly corner?: ReactNode;
  readonly children?: ReactNode;
  /** The screen's one action, at the bottom edge under a thumb; a second, quieter one may follow. */
  readonly action?: ReactNode;
}

/** One column, one title, one action. A new title takes the focus, so that it is read out. */
export function Screen(props: ScreenProps): ReactElement {
  const { locale, onLocale, demo, title, over, corner, children, action } = props;
  const words = commonWords(locale);
  const heading = useRef<HTMLHeadingElement>(null);
  const said = useRef("");
  useEffect(() => {
    // The first title of a page is read by itself; only a change needs the focus.
    if (said.current !== "" && said.current !== title) heading.current?.focus();
    said.current = title;
    document.title = `${title} · Vestibule`;
  }, [title]);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return (
    <div className="screen">
      <header className="screen__head">
        <span className="screen__mark">
          <Mark label={words.app} size={28} />
        </span>
        <LanguageSwitch locale={locale} onChange={onLocale} />
        <span className="screen__corner">{corner}</span>
      </header>
      {demo ? <p className="screen__demo">{words.demo}</p> : null}
      <main className="screen__main">
        {over === undefined ? null : <p className="screen__over">{over}</p>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
      {action === undefined ? null : <footer className="screen__action">{action}</footer>}
    </div>
  );
}
