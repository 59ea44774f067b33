using System.Collections.Frozen;

namespace Jaga.Exchanges.Protocols;

/// <summary>The protocols that there are, by kind of exchange.</summary>
public sealed class AllProtocols
{
    private readonly FrozenDictionary<ExchangeKind, IProtocol> _byKind;

    public AllProtocols()
    {
        IProtocol[] all = [new NcmecProtocol(), new StopNciiProtocol(), new ThreatExchangeProtocol(), new TechAgainstTerrorismProtocol(), new ListProtocol(ExchangeKind.List), new ListProtocol(ExchangeKind.Folder)];
        _byKind = all.ToFrozenDictionary(p => p.Kind);
    }

    internal IProtocol Of(ExchangeKind kind) => _byKind[kind];
}
