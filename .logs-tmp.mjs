import {CloudWatchLogsClient,FilterLogEventsCommand} from '@aws-sdk/client-cloudwatch-logs';
const [,,port,group,from,to]=process.argv;
const c=new CloudWatchLogsClient({endpoint:`http://127.0.0.1:${port}`,region:'us-east-1',credentials:{accessKeyId:'test',secretAccessKey:'test'}});
const r=await c.send(new FilterLogEventsCommand({logGroupName:group,startTime:Date.parse(from),endTime:Date.parse(to),limit:10000}));
for(const e of r.events??[])console.log(new Date(e.timestamp).toISOString(),e.message.slice(0,400));
