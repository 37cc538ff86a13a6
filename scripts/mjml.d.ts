/** What the build uses of mjml 5, which ships no types. */
declare module 'mjml' {
  export default function mjml2html(
    source: string,
    options: {
      /** Web fonts linked when their name is used: none. */
      fonts: Record<string, string>
      keepComments: boolean
      validationLevel: 'strict'
    },
  ): Promise<{ html: string; errors: { formattedMessage: string }[] }>
}
