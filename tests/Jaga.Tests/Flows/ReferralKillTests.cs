using System.Collections.Concurrent;
using System.Security.Cryptography;
using Jaga.People;
using Jaga.Referrals;
using Jaga.Server.Sandbox;
using Jaga.Tests.Evidence;
using Jaga.Tests.Referrals;

namespace Jaga.Tests.Flows;

/// <summary>
/// The server is killed with SIGKILL in the middle of what it says to NCMEC: as a call arrives, when it has had its effect and nothing is answered, and at some
/// moment after the answer; while the other end is slow, cut off, broken, locked, absurd, forgetful, or does things twice. <c>JAGA_KILLS=50</c> for another number of rounds.
/// </summary>
public sealed class ReferralKillTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Killed_at_any_step_exactly_one_report_is_finished_for_each_signature_with_every_digest_right(Store store)
    {
        var isLong = Environment.GetEnvironmentVariable("JAGA_LONG") == "1";
        Assert.SkipUnless(isLong || store is Store.Sqlite, "Every round starts the server anew; ./jaga test --long takes 200 of them on both stores.");
        var rounds = int.Parse(Environment.GetEnvironmentVariable("JAGA_KILLS") ?? (isLong ? "200" : "3"), System.Globalization.CultureInfo.InvariantCulture);
        await using var jaga = await JagaHost.Start(store);
        await using var house = await House.Found(jaga);
        for (var round = 0; round < rounds; round++)
        {
            await house.Round(round);
        }

        await house.Settle();
        await house.Check(rounds);
        TestContext.Current.TestOutputHelper?.WriteLine(house.ToString());
    }

    private sealed class House : IAsyncDisposable
    {
        private static readonly string[] Steps = ["/upload", "/finish", "/submit", "/fileinfo", "/retract"];
        private static readonly SandboxFault[] Faults = [.. Enum.GetValues<SandboxFault>().Where(f => f is not (SandboxFault.None or SandboxFault.WrongDigest))];
        private static readonly Actor Lead = new(ActorKind.Staff, "lead", "Lead");

        private readonly JagaHost _jaga;
        private readonly FakeClock _there;
        private readonly CyberTipSandbox _ncmec;
        private readonly Random _random = new(20261122);
        private readonly List<(Id<Referral> Id, string Mark, string[] Md5)> _drafts = [];
        private readonly ConcurrentDictionary<string, int> _kills = [];
        private readonly ConcurrentDictionary<SandboxFault, int> _faults = [];

        private House(JagaHost jaga, FakeClock there, CyberTipSandbox ncmec) => (_jaga, _there, _ncmec) = (jaga, there, ncmec);

        public static async Task<House> Found(JagaHost jaga)
        {
            // The killed ones go by the machine's clock; the sandbox by one of its own, which may run ahead.
            jaga.Clock.Advance(TimeProvider.System.GetUtcNow() - jaga.Clock.Now);
            var there = new FakeClock();
            there.Advance(jaga.Clock.Now - there.Now);
            var ncmec = await CyberTipSandbox.Start(there);
            ncmec.SlowFor = TimeSpan.FromSeconds(1.3);
            await jaga.Account(ncmec.Address);
            return new(jaga, there, ncmec);
        }

        /// <summary>One more draft is signed, and the server killed in the middle of the step whose turn it is.</summary>
        public async Task Round(int round)
        {
            var draft = await Draft(round);
            var (step, moment, nth, breath) = (Steps[round % Steps.Length], _random.Next(3), _random.Next(1, 3), TimeSpan.FromMilliseconds(_random.Next(1, 40)));
            if (_random.Next(10) == 0)
            {
                // It was down for long: what was open at the other end is forgotten there.
                _there.Advance(TimeSpan.FromHours(25));
            }

            var (killed, seen, victim) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0, (ServerProcess?)null);
            _ncmec.Fault = path =>
            {
                if (victim is not null && path == step && moment == 0 && Interlocked.Increment(ref seen) == (step is "/upload" or "/fileinfo" ? nth : 1))
                {
                    _ = Kill(victim, killed, $"{step} before");
                    return SandboxFault.CutBefore;
                }

                return Trouble(path);
            };
            _ncmec.Done = async path =>
            {
                if (victim is not null && path is "/submit" && step is "/retract")
                {
                    // While the report is being opened, somebody wants it back.
                    await Steer(draft, (steer, id) => steer.Retract(id, new("It was another case."), Lead, default));
                }

                if (victim is not null && path == step && moment > 0 && Interlocked.Increment(ref seen) == (step is "/upload" or "/fileinfo" ? nth : 1))
                {
                    await (moment == 1 ? Kill(victim, killed, $"{step} done") : Soon(breath, () => Kill(victim, killed, $"{step} answered")));
                }
            };

            // What earlier rounds left goes on while it starts; the new one once it is signed.
            await using var server = victim = await Start();
            await _jaga.Sign(draft);
            await Wait(() => Task.FromResult(killed.Task.IsCompleted), () => Kill(server, killed, "anywhere"));
            await EndLeases();
        }

        /// <summary>Without faults, until nothing is under way.</summary>
        public async Task Settle()
        {
            (_ncmec.Fault, _ncmec.Done) = (_ => SandboxFault.None, _ => Task.CompletedTask);
            await using var last = await Start();
            await Wait(async () => await _jaga.Ask<Db, int>(db => UnderWay(db).CountAsync()) == 0, () => throw new InvalidOperationException("Something never came to its end."), patience: 6000);
        }

        public async Task Check(int rounds)
        {
            Assert.Equal(rounds, _kills.Values.Sum());
            _there.Advance(TimeSpan.FromHours(25));
            Assert.Empty(_ncmec.StillOpen);
            var finished = _ncmec.Reports.Values.Where(r => r.FinishedAt is not null).GroupBy(r => r.Xml.Root!.Element("additionalInfo")!.Value).ToDictionary(g => g.Key, g => g.ToList());
            foreach (var (id, mark, md5) in _drafts)
            {
                var row = (await _jaga.Read(id)).Row;
                if (row.State is ReferralState.Retracted)
                {
                    Assert.DoesNotContain(mark, finished.Keys);
                    continue;
                }

                Assert.Equal(ReferralState.Finished, row.State);
                var report = Assert.Single(finished[mark]);
                Assert.Equal(report.Id, row.ReportId);

                // A copy more may lie there only where something in between repeated the call; other bytes never.
                Assert.Equal(md5.Order(), report.Files.Values.Select(f => f.Md5).Distinct().Order());
                await _jaga.Do(async db =>
                {
                    Assert.All(await db.ReferralFiles.Where(f => f.Referral == id).ToListAsync(), f => Assert.Equal((f.Md5, true), (report.Files[f.FileId!].Md5, report.Files[f.FileId!].Details is not null)));
                    Assert.Equal(1, await db.AuditLines.CountAsync(l => l.Action == "referral.finished" && l.Subject.Id == id.ToString()));
                });
            }
        }

        public override string ToString() =>
            $"kills: {string.Join(", ", _kills.OrderBy(k => k.Key).Select(k => $"{k.Key} {k.Value}"))}; faults: {string.Join(", ", _faults.OrderBy(f => f.Key).Select(f => $"{f.Key} {f.Value}"))}; "
            + $"reports opened {_ncmec.Reports.Count}, finished {_ncmec.Reports.Values.Count(r => r.FinishedAt is not null)}, retracted {_ncmec.Reports.Values.Count(r => r.RetractedAt is not null)}, drafts signed {_drafts.Count}";

        public ValueTask DisposeAsync() => _ncmec.DisposeAsync();

        private async Task<Id<Referral>> Draft(int round)
        {
            byte[][] files = [EvidenceSteps.Bytes(20_000, round * 2), EvidenceSteps.Bytes(700, (round * 2) + 1)];
            var id = await _jaga.Draft(TipScene.Usual with { AdditionalInfo = $"draft {round}" }, files);
#pragma warning disable CA5351 // NCMEC compares by MD5.
            _drafts.Add((id, $"draft {round}", [.. files.Select(f => Convert.ToHexStringLower(MD5.HashData(f)))]));
#pragma warning restore CA5351
            return id;
        }

        private SandboxFault Trouble(string path)
        {
            lock (_random)
            {
                if (_random.Next(4) > 0)
                {
                    return SandboxFault.None;
                }

                var fault = path is "/upload" && _random.Next(3) == 0 ? SandboxFault.WrongDigest : Faults[_random.Next(Faults.Length)];
                _faults.AddOrUpdate(fault, 1, (_, n) => n + 1);
                return fault;
            }
        }

        // Looks until it is so. What waits for a person or for its time is let go on by a person meanwhile.
        private async Task Wait(Func<Task<bool>> isSo, Func<Task> enough, int patience = 400)
        {
            for (var looks = 1; !await isSo(); looks++)
            {
                if (looks % patience == 0)
                {
                    await enough();
                }

                if (looks % 15 == 0)
                {
                    foreach (var id in await _jaga.Ask<Db, List<Id<Referral>>>(db => UnderWay(db).Select(r => r.Id).ToListAsync()))
                    {
                        await Steer(id, (steer, one) => steer.Retry(one, new("Again."), Lead, default));
                    }
                }

                await Poll.Pause();
            }
        }

        // Where it was too late or too early for it, the answer says so and nothing happens.
        private async Task Steer(Id<Referral> id, Func<SteerReferral, Id<Referral>, Task> what)
        {
            try
            {
                await _jaga.Ask<SteerReferral, bool>(async steer =>
                {
                    await what(steer, id);
                    return true;
                });
            }
            catch (Exception other) when (other is RuleBroken or DbUpdateException)
            {
                // Somebody was faster.
            }
        }

        private static IQueryable<Referral> UnderWay(Db db) => db.Referrals.Where(r => r.State == ReferralState.Countersigned || r.State == ReferralState.Opened);

        private async Task Kill(ServerProcess victim, TaskCompletionSource killed, string when)
        {
            await victim.Kill();
            if (killed.TrySetResult())
            {
                _kills.AddOrUpdate(when, 1, (_, n) => n + 1);
            }
        }

        private static Task Soon(TimeSpan breath, Func<Task> what)
        {
            _ = After();
            return Task.CompletedTask;

            async Task After()
            {
                using var timer = new PeriodicTimer(breath);
                await timer.WaitForNextTickAsync();
                await what();
            }
        }

        // The dead one's leases would end by themselves in a while.
        private Task EndLeases() => _jaga.Do(async db =>
        {
            await db.Referrals.ExecuteUpdateAsync(set => set.SetProperty(r => r.LeasedUntil, (DateTimeOffset?)null));
            await db.RecurringTurns.ExecuteUpdateAsync(set => set.SetProperty(t => t.LeasedUntil, (DateTimeOffset?)null));
        });

        private Task<ServerProcess> Start()
        {
            _jaga.Clock.Advance(TimeProvider.System.GetUtcNow() - _jaga.Clock.Now);
            return ServerProcess.Start(
                _jaga.Data, ("Storage:Connection", _jaga.Services.GetRequiredService<StorageSettings>().Connection), ("Referrals:Timeout", "00:00:01"), ("Worker:Poll", "00:00:00.050"), ("Worker:Lease", "00:00:05"), ("Media:Workers", "1"), ("Media:Warm", "false"));
        }
    }
}
