import { mde } from '../../microsoft/mde/index.ts';
import { objectBody, requiredText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import { queryResponse, type RunKql } from '../defender/hunting.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';

/** Tables that the MDE API does not serve: those of mail, identity, cloud and exposure. */
const foreignTable =
  /(?:Email|UrlClick|Identity|CloudApp|AADS|EntraId|AIAgents|Agents|Behavior|CallActivity|Campaign|CloudAudit|CloudDns|CloudPolicy|CloudProcess|CloudStorage|DataSecurity|Disruption|ExposureGraph|FileMalicious|GraphAPI|Message|OAuthApp)\w*(?:Events|Info|Beta|Entities|Edges|Nodes|Behaviors)\b/;

/** Texts and comments may mention a table without using it; texts first, for a URL in one looks like a comment. */
const withoutTexts = (kql: string): string =>
  kql.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""').replace(/\/\/.*$/gm, '');

/** Advanced hunting of MDE (run-advanced-query-api.md): the tables of devices and alerts only. */
export function huntingRoutes({ runKql }: { readonly runKql: RunKql }): readonly Route[] {
  return [
    serve(mde.runAdvancedQuery, (request) => {
      const query = requiredText(objectBody(request.body), 'Query');
      const foreign = foreignTable.exec(withoutTexts(query))?.[0];
      if (foreign !== undefined) {
        throw new DefenderFault('BadRequest', `'${foreign}' could not be resolved: this API has no such table.`);
      }
      return { status: 200, body: queryResponse(runKql(request.tenant, query, request.now)) };
    }),
  ];
}
