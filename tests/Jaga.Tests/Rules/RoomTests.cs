using Jaga.Audit;

namespace Jaga.Tests.Rules
{
    public sealed class RoomTests
    {
        private static readonly string Product = typeof(House).Assembly.Location;

        [Fact]
        public void A_room_uses_only_those_below_it() => Source.Keeps(RoomUses.Upward(RoomUses.In(Product), House.FromTheGround));

        [Fact]
        public void The_rule_finds_a_room_that_uses_one_above_it() =>
            Assert.Contains("Kernel uses Audit in LooksUp", RoomUses.Upward(RoomUses.In(typeof(RoomTests).Assembly.Location), House.FromTheGround));

        [Fact]
        public void The_rule_sees_the_uses_that_there_are() =>
            Assert.NotEmpty(RoomUses.Upward(RoomUses.In(Product), [.. House.FromTheGround.Reverse()]));

        [Fact]
        public void Every_room_has_its_place_in_the_house() => Source.Keeps(RoomUses.Rooms(Product).Except(House.FromTheGround));

        [Fact]
        public void The_rule_finds_a_room_without_a_place() =>
            Assert.Contains("Tests", RoomUses.Rooms(typeof(RoomTests).Assembly.Location).Except(House.FromTheGround));
    }
}

namespace Jaga.Kernel
{
    /// <summary>The counter-example: were it in the product, the kernel would use a room above it.</summary>
    internal static class LooksUp
    {
        public static Type Above => typeof(AuditLog);
    }
}
