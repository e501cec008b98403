/** A query option that the service refuses. The product answers 400 in its own words (`ODataError`, `BadRequest`). */
export class ODataFault extends Error {
  override readonly name = 'ODataFault';
}
