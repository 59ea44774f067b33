using Jaga.Media.Decoding;
using Jaga.Server.Cli;

return args is [DecodeWorker.Verb, .. var limits]
    ? DecodeWorker.Run(limits) // before anything else is built: a child wants nothing of it
    : await Root.Run(args);
